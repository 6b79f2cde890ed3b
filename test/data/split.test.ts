import { InputError } from "@scratch-nn/core";
import { stratifiedSplit } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";

// Class 0 forty times, class 1 ten times, class 2 once.
const labels = Uint16Array.from({ length: 51 }, (_, c) => (c === 50 ? 2 : c % 5 === 4 ? 1 : 0));

describe("a stratified split", () => {
  it("takes the fraction of each class and leaves each at least one to learn from", () => {
    const { train, test } = stratifiedSplit(labels, 3, 0.2, 7);
    const count = (columns: Uint32Array, k: number): number => columns.filter((c) => labels[c] === k).length;
    expect([0, 1, 2].map((k) => count(test, k))).toEqual([8, 2, 0]);
    expect([0, 1, 2].map((k) => count(train, k))).toEqual([32, 8, 1]);
  });

  it("covers every column once, both parts in order", () => {
    const { train, test } = stratifiedSplit(labels, 3, 0.3, 7);
    expect([...train, ...test].sort((a, b) => a - b)).toEqual(Array.from(labels.keys()));
    for (const part of [train, test]) expect([...part]).toEqual([...part].sort((a, b) => a - b));
  });

  it("is a function of the seed", () => {
    expect(stratifiedSplit(labels, 3, 0.3, 7)).toEqual(stratifiedSplit(labels, 3, 0.3, 7));
    expect(stratifiedSplit(labels, 3, 0.3, 7)).not.toEqual(stratifiedSplit(labels, 3, 0.3, 8));
  });

  it("of nothing leaves no test part", () => {
    expect(stratifiedSplit(labels, 3, 0, 7).test).toHaveLength(0);
  });

  it.each([1, -0.1, Number.NaN])("refuses the fraction %d", (fraction) => {
    expect(() => stratifiedSplit(labels, 3, fraction, 0)).toThrow(InputError);
  });
});
