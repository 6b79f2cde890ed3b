import { InputError } from "@scratch-nn/core";
import { describe, expect, it } from "vitest";
import { inputsOf, kindOf, readText, tableOf } from "../support/tables.ts";

const noise = (r: number): number => Number((Math.sin(r * 12.9898) * 3).toFixed(4));
const tableWith = (x: (r: number) => string | number): string =>
  tableOf("label,noise,x", 90, (r) => [["a", "b"][r % 2], noise(r), x(r)]);
const day = (r: number): string => `2020-03-${String(1 + (r % 28)).padStart(2, "0")}`;

describe("a mark for a gap", () => {
  it.each(["-", ".", "--", "Unknown", "n.a.", "*"])(
    "%s among numbers is like an empty cell, and said",
    async (mark) => {
      const marked = await readText(tableWith((r) => (r % 9 === 4 ? mark : noise(r + 5))));
      const empty = await readText(tableWith((r) => (r % 9 === 4 ? "" : noise(r + 5))));
      expect(marked.preprocessing).toEqual(empty.preprocessing);
      expect([...marked.X]).toEqual([...empty.X]);
      expect(marked.remarks.join("\n")).toContain(`column "x": "${mark}" is taken for missing`);
    },
  );

  it("is one among zeros and ones, and where most cells are such", async () => {
    for (const [x, kind] of [
      [(r: number) => (r % 9 === 4 ? "-" : r % 2), "yes/no"],
      [(r: number) => (r % 3 > 0 ? "." : noise(r)), "number"],
    ] as const) {
      const marked = await readText(tableWith(x));
      const empty = await readText(tableWith((r) => (typeof x(r) === "string" ? "" : x(r))));
      expect(kindOf(marked, "x")).toBe(kind);
      expect([...marked.X]).toEqual([...empty.X]);
    }
  });

  it("is one among dates", async () => {
    const marked = await readText(tableWith((r) => (r % 9 === 4 ? "-" : day(r))));
    const empty = await readText(tableWith((r) => (r % 9 === 4 ? "" : day(r))));
    expect(kindOf(marked, "x")).toBe("date");
    expect([...marked.X]).toEqual([...empty.X]);
  });

  it("is one in a part held back, where training has none", async () => {
    const dataset = await readText(
      tableWith((r) => (r === 57 ? "-" : noise(r + 5))),
      { refits: true, testFraction: 0 },
    );
    const test = Uint32Array.of(57);
    const part = await dataset.refit!({ train: dataset.train.filter((row) => row !== 57), test });
    expect(inputsOf(part, 57)[1]).toBeCloseTo(0, 6);
  });

  it("is a word among words, and a level where the user says so", async () => {
    expect((await readText(tableWith((r) => "+-"[r % 2]))).preprocessing.encoders[1]).toMatchObject({
      kind: "binary",
      levels: ["+", "-"],
    });
    const asked = await readText(
      tableWith((r) => (r % 9 === 4 ? "-" : r % 5)),
      { categorical: ["x"] },
    );
    expect(asked.preprocessing.encoders[1]).toMatchObject({ kind: "category", levels: ["-", "0", "1", "2", "3", "4"] });
  });

  it("is one in a quantity to learn: the row has no label", async () => {
    const text = tableOf("y,noise", 90, (r) => [r % 9 === 4 ? "-" : noise(r + 5), noise(r)]);
    const dataset = await readText(text, { label: "y" });
    expect(dataset.task).toMatchObject({ kind: "quantities" });
    expect(dataset.train.length + dataset.test.length).toBe(80);
    expect(dataset.remarks.join("\n")).toContain("10 rows have no label");
    // A few different whole numbers are classes, and then the mark is one too.
    const few = tableOf("y,noise", 90, (r) => [r % 9 === 4 ? "-" : r % 3, noise(r)]);
    expect((await readText(few, { label: "y" })).classes).toEqual(["-", "0", "1", "2"]);
  });

  it("alone leaves a word in a quantity an error, which names it", async () => {
    const text = tableOf("y,noise", 90, (r) => [r === 4 ? "oops" : noise(r + 5), noise(r)]);
    await expect(readText(text, { label: "y" })).rejects.toThrow(/numbers but for "oops"; .*--task quantity/);
  });

  it("leaves another word among numbers an error", async () => {
    const x = (r: number): string | number => (r === 57 ? "abc" : r === 3 ? "-" : noise(r));
    await expect(readText(tableWith(x))).rejects.toThrow(InputError);
    await expect(readText(tableWith(x))).rejects.toThrow(/train\.csv:59:3: expected a number, found "abc"/);
  });
});
