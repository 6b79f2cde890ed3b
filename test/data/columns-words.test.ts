/** Tests different spellings of one value, and different values that are equal as an f64. */
import { type Dataset, openDataset } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { inputsOf, kindOf, readText, tableOf, writeTable } from "../support/tables.ts";

const noise = (r: number): number => Number((Math.sin(r * 12.9898) * 3).toFixed(4));
/** A table with one feature x, and also noise and a label. */
const withColumn = (x: (r: number) => string | number, rows = 60, options = {}): Promise<Dataset> =>
  readText(
    tableOf("label,noise,x", rows, (r) => [["a", "b", "c"][r % 3], noise(r), x(r)]),
    options,
  );

describe("booleans", () => {
  const SPELLINGS = [
    ["True", "False"],
    ["TRUE", "FALSE"],
    ["true", "false"],
  ] as const;

  it("of all spellings are two classes", async () => {
    const text = tableOf("x,label", 60, (r) => [noise(r), SPELLINGS[r % 3][(r * 7) % 2]]);
    const dataset = await readText(text);
    expect(dataset.classes).toEqual(["false", "true"]);
    expect([0, 1, 2, 3].map((c) => dataset.labels[c])).toEqual([1, 0, 1, 0]);
  });

  it("of all spellings are one input, quoted or not", async () => {
    const dataset = await withColumn((r) => `"${SPELLINGS[r % 3][(r * r) % 5 > 2 ? 0 : 1]}"`);
    expect(kindOf(dataset, "x")).toBe("yes/no");
  });

  it("are the same in a test file that spells them otherwise", async () => {
    const train = writeTable(tableOf("label,x", 20, (r) => [SPELLINGS[0][r % 2], noise(r)]));
    const folder = train.replace(/train\.csv$/, "");
    writeTable(
      tableOf("label,x", 6, (r) => [SPELLINGS[1][r % 2], noise(r)]),
      "test.csv",
      folder,
    );
    const dataset = await openDataset(folder);
    expect([...dataset.test].map((c) => dataset.labels[c])).toEqual([1, 0, 1, 0, 1, 0]);
  });

  it("of no program are words of their own", async () => {
    const dataset = await readText(tableOf("x,label", 40, (r) => [noise(r), ["tRUE", "true"][r % 2]]));
    expect(dataset.classes).toEqual(["tRUE", "true"]);
  });
});

describe("whole numbers beyond 2^53", () => {
  const BASE = 9007199254740992n;

  it("are classes of their own", async () => {
    const dataset = await readText(tableOf("x,label", 40, (r) => [noise(r), String(BASE + BigInt(r % 4))]));
    expect(dataset.classes).toEqual([0n, 1n, 2n, 3n].map((k) => String(BASE + k)));
  });

  it("are levels of their own, or an identifier", async () => {
    const levels = await withColumn((r) => String(BASE * 1001n + BigInt((r * r) % 5)), 60, { categorical: ["x"] });
    expect(levels.columns!.find(({ name }) => name === "x")!.detail).toBe("3 levels");
    expect(kindOf(await withColumn((r) => `12345678901234${100_000 + 7 * r}`), "x")).toBe("identifier");
  });

  it("are quantities where the user says so", async () => {
    const dataset = await withColumn((r) => `15778368${10_000 + r}0000001`, 60, { numeric: ["x"] });
    expect(kindOf(dataset, "x")).toBe("number");
    expect(inputsOf(dataset, 1)[1]).toBeGreaterThan(inputsOf(dataset, 0)[1]);
  });

  it("make no header of the first row", async () => {
    const dataset = await readText(
      tableOf(`${BASE + 1n},1,a`, 20, (r) => [String(BASE + BigInt(2 * r)), noise(r), "ab"[r % 2]]),
      { numeric: ["1"] },
    );
    expect(dataset.labels).toHaveLength(21);
  });

  it("do not touch decimals with many digits", async () => {
    const dataset = await withColumn((r) => `${noise(r + 4)}12345678901234567890`.replace("-", "-0"));
    expect(kindOf(dataset, "x")).toBe("number");
  });
});
