/** Cutting columns into folds that resemble each other. */
import { taskOf } from "@scratch-nn/core";
import { PURPOSE, randomStream } from "@scratch-nn/core/engine";
import type { Dataset } from "./dataset.ts";

/** Columns that belong together, ascending: those of a class, or of like values. */
export type Groups = readonly Uint32Array[];

/** The columns of each class. @param labels of all columns */
export function groupsByClass(columns: Uint32Array, labels: ArrayLike<number>, classes: number): Groups {
  const groups = Array.from({ length: classes }, (): number[] => []);
  for (const column of columns) groups[labels[column]].push(column);
  return groups.map((group) => Uint32Array.from(group));
}

/** Groups of k columns whose values are neighbours. @param values of all columns */
export function groupsByValue(columns: Uint32Array, values: ArrayLike<number>, k: number): Groups {
  const sorted = columns.toSorted((a, b) => values[a] - values[b] || a - b);
  const groups: Uint32Array[] = [];
  for (let first = 0; first < sorted.length; first += k) groups.push(sorted.slice(first, first + k).sort());
  return groups;
}

/**
 * What folds of a dataset are even over: its classes, the range of its quantity, or nothing where there are several labels or
 * quantities.
 * @param k folds
 */
export function foldGroups(dataset: Dataset, columns: Uint32Array, k: number): Groups {
  const { labels, targets, values } = dataset;
  const task = taskOf(dataset);
  if (task.kind === "classes") return groupsByClass(columns, labels, task.classes.length);
  if (task.names.length > 1) return [columns];
  return task.kind === "labels" ? groupsByClass(columns, targets!, 2) : groupsByValue(columns, values!, k);
}

/**
 * Deals the columns of each group, shuffled, to k folds in turn, and goes on with the next group where the last one ended: of each
 * group, and of all, two folds have as many columns, or one more.
 * @param k from 2
 * @param seed from 0 to 2^32 - 1; the order within group g is a function of (seed, round, g)
 * @param round tells several cuts of the same columns apart
 * @returns the columns of each fold, ascending
 */
export function stratifiedFolds(groups: Groups, k: number, seed: number, round = 0): Uint32Array[] {
  const folds = Array.from({ length: k }, (): number[] => []);
  let next = 0;
  for (const [g, group] of groups.entries()) {
    const stream = randomStream(seed, PURPOSE.folds, round, g);
    const left = group.slice();
    // Fisher and Yates, as in Knuth 3.4.2 P.
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

/** The columns that are not held back, in their order. */
export function otherColumns(columns: Uint32Array, heldBack: Uint32Array): Uint32Array {
  const isHeldBack = new Set(heldBack);
  return columns.filter((column) => !isHeldBack.has(column));
}
