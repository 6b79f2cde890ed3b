import { describe, expect, it } from "vitest";
import { inputsOf, readText, tableOf } from "../support/tables.ts";

const noise = (r: number): number => Number((Math.sin(r * 12.9898) * 3).toFixed(4));

describe("numbers", () => {
  it("get bins besides, where they are wished for, as inputs after all others", async () => {
    const columns = (r: number) => [["a", "b"][r % 2], r, ["red", "green", "blue"][r % 3], r % 2, Math.min(r, 9)];
    const text = tableOf("label,x,colour,flag,late", 17, columns);
    const plain = await readText(text);
    const binned = await readText(text, { bins: 4 });
    expect(binned.preprocessing.encoders.slice(0, -2)).toEqual(plain.preprocessing.encoders);
    expect(binned.preprocessing.encoders.slice(-2)).toEqual([
      { kind: "bins", column: 0, knots: [0, 4, 8, 12, 16], fill: 8 },
      // Equal quantiles give one knot.
      { kind: "bins", column: 3, knots: [0, 4, 8, 9], fill: expect.closeTo(108 / 17, 12) },
    ]);
    expect([...inputsOf(binned, 5)].slice(-7)).toEqual([1, -0.5, -1, -1, 1, -0.5, -1]);
    expect([...inputsOf(binned, 5)].slice(0, -7)).toEqual([...inputsOf(plain, 5)]);
    expect(binned.columns!.find(({ name }) => name === "late")!.detail).toMatch(/; in 3 bins besides$/);
  });

  it("that are few get no bins", async () => {
    const text = tableOf("label,few", 60, (r) => [["a", "b"][r % 2], r % 10 === 0 ? "" : r % 20 === 1 ? 7 : 2]);
    expect((await readText(text, { bins: 2 })).preprocessing).toEqual((await readText(text)).preprocessing);
  });

  it("get as many bins as a byte can count at most", async () => {
    const text = tableOf("label,x", 60, (r) => [["a", "b"][r % 2], noise(r)]);
    await expect(readText(text, { bins: 256 })).rejects.toThrow(/^bins: expected a whole number from 0 to 255/);
  });
});
