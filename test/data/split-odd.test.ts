import { stratifiedSplit } from "@scratch-nn/data";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

/** The labels of classes of these sizes, class by class. */
const labelsOf = (sizes: readonly number[]): Uint16Array =>
  Uint16Array.from(sizes.flatMap((size, k) => new Array<number>(size).fill(k)));

/** The number of examples of each class in the test part. */
function testSizes(sizes: readonly number[], fraction: number): number[] {
  const labels = labelsOf(sizes);
  const { test } = stratifiedSplit(labels, sizes.length, fraction, 1);
  return sizes.map((_, k) => test.filter((column) => labels[column] === k).length);
}

describe("A stratified split of odd classes", () => {
  it.each([
    ["a class seen once stays in training", [9, 1], 0.5, [5, 0]],
    ["classes all seen once leave no test part", [1, 1, 1, 1, 1], 0.2, [0, 0, 0, 0, 0]],
    ["a class that the examples taken have not has no part in it", [10, 0, 10], 0.2, [2, 0, 2]],
    ["a fraction of less than half an example leaves no test part", [2, 2], 0.1, [0, 0]],
    ["a fraction of nearly all leaves each class one to learn from", [3, 3, 3], 0.999, [2, 2, 2]],
    ["a fraction that binary cannot hold is rounded as it is written", [100], 0.29, [29]],
    ["one that is shared evenly goes to the first of equals", [5, 5, 5], 0.3, [2, 2, 1]],
  ])("%s", (_, sizes, fraction, expected) => {
    expect(testSizes(sizes, fraction)).toEqual(expected);
  });

  it("of any classes takes each within one of its share, and leaves one of each", () => {
    const sizes = fc.array(fc.oneof(fc.nat(3), fc.nat(60)), { minLength: 1, maxLength: 12 });
    const fraction = fc.double({ min: 0, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(sizes, fraction, (all, part) => {
        const taken = testSizes(all, part);
        for (const [k, size] of all.entries()) {
          expect(Math.abs(taken[k] - size * part)).toBeLessThanOrEqual(1 + 1e-9);
          if (size > 0) expect(taken[k]).toBeLessThan(size);
        }
        const total = all.reduce((sum, size) => sum + size, 0);
        expect(taken.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(Math.round(total * part));
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});
