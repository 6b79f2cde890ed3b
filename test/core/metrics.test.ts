import { ConfusionMatrix, classMetrics, rocAuc } from "@scratch-nn/core";
import { randomStream } from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";

function matrixOf(rows: readonly (readonly number[])[]): ConfusionMatrix {
  const matrix = new ConfusionMatrix(rows.length);
  for (const [label, row] of rows.entries())
    for (const [j, count] of row.entries()) if (count > 0) matrix.add(label, j, count);
  return matrix;
}

describe("class metrics", () => {
  it("are those of the textbook example", () => {
    // Of 6 cats, 4 were found and 2 were classified as dogs; of 4 dogs, 3 were found.
    const [cat, dog] = classMetrics(
      matrixOf([
        [4, 2],
        [1, 3],
      ]),
    );
    expect(cat).toEqual({ support: 6, precision: 4 / 5, recall: 4 / 6, f1: 8 / 11 });
    expect(dog).toEqual({ support: 4, precision: 3 / 5, recall: 3 / 4, f1: 6 / 9 });
  });

  it("are NaN where there is nothing to divide by, and 0 where nothing was right", () => {
    const [, never, absent] = classMetrics(
      matrixOf([
        [5, 0, 0],
        [3, 0, 0],
        [0, 0, 0],
      ]),
    );
    expect(never).toEqual({ support: 3, precision: Number.NaN, recall: 0, f1: 0 });
    expect(absent).toEqual({ support: 0, precision: Number.NaN, recall: Number.NaN, f1: Number.NaN });
  });
});

/** Computes the score by its definition, from all pairs of an example of class 1 and one of class 0. */
function byPairs(scores: Float32Array, labels: readonly number[]): number {
  let won = 0;
  let pairs = 0;
  for (const [i, a] of scores.entries()) {
    for (const [j, b] of scores.entries()) {
      if (labels[i] !== 1 || labels[j] !== 0) continue;
      pairs++;
      won += a > b ? 1 : a === b ? 0.5 : 0;
    }
  }
  return won / pairs;
}

describe("a confusion matrix", () => {
  it("of 65,536 classes takes no more than its counts", () => {
    const [matrix, other] = [new ConfusionMatrix(65_536), new ConfusionMatrix(65_536)];
    matrix.add(65_535, 65_534);
    matrix.add(65_535, 65_535, 2);
    other.add(0, 1);
    other.addCounts(matrix.toCounts());
    other.addCounts(matrix.toCounts());
    expect(Array.from(other.cells(), ({ label, predicted, count }) => [label, predicted, count])).toEqual([
      [0, 1, 1],
      [65_535, 65_534, 2],
      [65_535, 65_535, 4],
    ]);
    expect(classMetrics(other)[65_535]).toEqual({ support: 6, precision: 1, recall: 4 / 6, f1: 8 / 10 });
  });
});

describe("the area under the ROC curve", () => {
  it("is 1 for perfect scores, 0 for the opposite, a half for equal ones", () => {
    expect(rocAuc(Float32Array.of(0.1, 0.2, 0.8, 0.9), [0, 0, 1, 1])).toBe(1);
    expect(rocAuc(Float32Array.of(0.9, 0.8, 0.2, 0.1), [0, 0, 1, 1])).toBe(0);
    expect(rocAuc(Float32Array.of(0.5, 0.5, 0.5), [0, 1, 1])).toBe(0.5);
    expect(rocAuc(Float32Array.of(0.5, 0.6), [1, 1])).toBeNaN();
  });

  it.each([2, 7, 60, 301])("is the share of pairs in the right order, ties included (%i examples)", (m) => {
    const stream = randomStream(5, m);
    const scores = Float32Array.from({ length: m }, (_, i) => stream.below(20, i) / 20);
    const labels = Array.from({ length: m }, (_, i) => (i < 2 ? i : stream.below(2, m + i)));
    expect(rocAuc(scores, labels)).toBeCloseTo(byPairs(scores, labels), 12);
  });
});
