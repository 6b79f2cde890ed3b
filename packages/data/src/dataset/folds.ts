/** Cuts columns into stratified folds, for cross-validation. */
import { taskOf } from "@scratch-nn/core";
import { PURPOSE, randomStream } from "@scratch-nn/core/engine";
import type { Dataset } from "./dataset.ts";

/** Strata: each group holds the columns of one class, or columns of similar values, ascending. */
export type Groups = readonly Uint32Array[];

/** Groups columns by class. @param labels of all columns of the dataset */
export function groupsByClass(columns: Uint32Array, labels: ArrayLike<number>, classes: number): Groups {
  const groups = Array.from({ length: classes }, (): number[] => []);
  for (const column of columns) groups[labels[column]].push(column);
  return groups.map((group) => Uint32Array.from(group));
}

/** Sorts columns by value and cuts them into groups of k. @param values of all columns of the dataset */
export function groupsByValue(columns: Uint32Array, values: ArrayLike<number>, k: number): Groups {
  const sorted = columns.toSorted((a, b) => values[a] - values[b] || a - b);
  const groups: Uint32Array[] = [];
  for (let first = 0; first < sorted.length; first += k) groups.push(sorted.slice(first, first + k).sort());
  return groups;
}

/**
 * Returns the strata for folds of a dataset: its classes, the two values of its label, or the range of its quantity.
 * Several labels or quantities are not stratified.
 * @param k number of folds
 */
export function foldGroups(dataset: Dataset, columns: Uint32Array, k: number): Groups {
  const { labels, targets, values } = dataset;
  const task = taskOf(dataset);
  if (task.kind === "classes") return groupsByClass(columns, labels, task.classes.length);
  if (task.names.length > 1) return [columns];
  return task.kind === "labels" ? groupsByClass(columns, targets!, 2) : groupsByValue(columns, values!, k);
}

/**
 * Shuffles the columns of each group and deals them to k folds in turn. The next group starts at the fold after the one
 * that the last group ended with. So the sizes of two folds differ by at most one, in each group and in total.
 * @param k number of folds, from 2
 * @param seed from 0 to 2^32 - 1; the order within group g is a function of (seed, round, g)
 * @param round makes repeated cuts of the same columns differ
 * @returns the columns of each fold, ascending
 */
export function stratifiedFolds(groups: Groups, k: number, seed: number, round = 0): Uint32Array[] {
  const folds = Array.from({ length: k }, (): number[] => []);
  let next = 0;
  for (const [g, group] of groups.entries()) {
    const stream = randomStream(seed, PURPOSE.folds, round, g);
    const left = group.slice();
    // The Fisher-Yates shuffle, Knuth 3.4.2 P.
    for (let last = left.length - 1; last >= 0; last--) {
      const chosen = stream.below(last + 1, last);
      const column = left[chosen];
      left[chosen] = left[last];
      folds[next].push(column);
      next = (next + 1) % k;
    }
  }
  return folds.map((fold) => Uint32Array.from(fold).sort());
}

/** Returns the columns that are not held out, in their order. */
export function otherColumns(columns: Uint32Array, heldBack: Uint32Array): Uint32Array {
  const isHeldBack = new Set(heldBack);
  return columns.filter((column) => !isHeldBack.has(column));
}
