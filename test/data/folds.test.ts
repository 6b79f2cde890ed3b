import { groupsByClass, groupsByValue, openDataset, otherColumns, stratifiedFolds } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { inputsOf, readText, tableOf, writeTable } from "../support/tables.ts";

const columns = Uint32Array.from({ length: 103 }, (_, i) => 2 * i);
const labels = Array.from({ length: 206 }, (_, c) => (c % 7 === 0 ? 2 : c % 3 === 0 ? 1 : 0));

describe("folds", () => {
  it.each([2, 3, 5, 10])("%i of them hold each column back once, with like numbers of each class", (k) => {
    const folds = stratifiedFolds(groupsByClass(columns, labels, 3), k, 1);
    expect(folds.flatMap((fold) => [...fold]).sort((a, b) => a - b)).toEqual([...columns]);
    for (const fold of folds) expect([...fold]).toEqual([...fold].sort((a, b) => a - b));
    const spread = (counts: number[]): number => Math.max(...counts) - Math.min(...counts);
    expect(spread(folds.map(({ length }) => length))).toBeLessThanOrEqual(1);
    for (const kind of [0, 1, 2]) {
      expect(spread(folds.map((fold) => fold.filter((c) => labels[c] === kind).length))).toBeLessThanOrEqual(1);
    }
  });

  it("of quantities have one of every k neighbours each", () => {
    const values = labels.map((_, c) => (c * 37) % 101);
    const folds = stratifiedFolds(groupsByValue(columns, values, 5), 5, 1);
    const sorted = [...columns].sort((a, b) => values[a] - values[b] || a - b);
    const foldOf = (column: number): number => folds.findIndex((fold) => fold.includes(column));
    for (let first = 0; first + 5 <= sorted.length; first += 5) {
      expect(new Set(sorted.slice(first, first + 5).map(foldOf)).size).toBe(5);
    }
  });

  it("are a function of the seed and the round", () => {
    const cut = (seed: number, round: number) => stratifiedFolds(groupsByClass(columns, labels, 3), 5, seed, round);
    expect(cut(1, 0)).toEqual(cut(1, 0));
    expect(cut(2, 0)).not.toEqual(cut(1, 0));
    expect(cut(1, 1)).not.toEqual(cut(1, 0));
  });

  it("leave the others in their order", () => {
    expect([...otherColumns(Uint32Array.of(5, 3, 9, 1), Uint32Array.of(9, 5))]).toEqual([3, 1]);
  });
});

describe("a dataset that is fitted again", () => {
  const row = (r: number): (string | number)[] => [
    (r * r) % 31,
    ["Oslo", "Rome", "Bern", "Nice"][(r % 11) % 4],
    r % 2 ? "yes" : "no",
  ];
  const text = tableOf("a,town,y", 60, row);
  const train = Uint32Array.from({ length: 60 }, (_, r) => r).filter((r) => r % 5 !== 0);
  const test = Uint32Array.from({ length: 60 }, (_, r) => r).filter((r) => r % 5 === 0);

  it("has the encoders of the other training part, as if there were no other rows", async () => {
    const dataset = await readText(text, { label: "y", refits: true });
    const again = await dataset.refit!({ train, test });
    const alone = await readText(
      tableOf("a,town,y", train.length, (r) => row(train[r])),
      { label: "y" },
    );
    expect(again.preprocessing).toEqual(alone.preprocessing);
    expect(again.preprocessing).not.toEqual(dataset.preprocessing);
    expect([again.train, again.test, again.labels]).toEqual([train, test, dataset.labels]);
    for (const [place, column] of train.entries()) expect(inputsOf(again, column)).toEqual(inputsOf(alone, place));
  });

  it("is there only where it was asked for, and where features depend on the part", async () => {
    expect(await readText(text, { label: "y" })).not.toHaveProperty("refit");
    const pixels = tableOf("y,pixel0,pixel1", 40, (r) => [r % 2, (r * 7) % 256, (r * 11) % 256]);
    expect(await openDataset(writeTable(pixels), { refits: true })).not.toHaveProperty("refit");
    expect(await openDataset("digits", { examples: 20, refits: true })).not.toHaveProperty("refit");
  });
});
