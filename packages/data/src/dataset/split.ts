/** Cutting a dataset that has no test set of its own into a training and a test part. */
import { InputError } from "@scratch-nn/core";
import { DEFAULT_SEED, PURPOSE, randomStream } from "@scratch-nn/core/engine";

export interface Split {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/** How a dataset without a test set of its own is cut. */
export interface SplitOptions {
  /** Part of the examples to hold back. Default 0.2. */
  readonly testFraction?: number | undefined;
  /** Which ones. Default 1. */
  readonly seed?: number | undefined;
}

/** {@link stratifiedSplit} as a caller wants it. */
export function splitAsAsked(
  labels: Uint16Array,
  classes: number,
  { testFraction = 0.2, seed = DEFAULT_SEED }: SplitOptions,
): Split {
  return stratifiedSplit(labels, classes, testFraction, seed);
}

/** Classes, or what stands for them, that a split is even over. */
export interface Strata {
  /** Of each column. */
  readonly labels: Uint16Array;
  readonly classes: number;
}

const MOST_BINS = 100;
/** Columns of a bin. */
const COLUMNS_PER_BIN = 10;

/** Bins of a quantity, so that both parts of a split have its whole range: equal ones by rank, ties by column. */
export function binsOf(values: Float64Array): Strata {
  const m = values.length;
  const classes = Math.max(1, Math.min(MOST_BINS, Math.floor(m / COLUMNS_PER_BIN)));
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a] - values[b] || a - b);
  const labels = new Uint16Array(m);
  for (const [rank, column] of order.entries()) labels[column] = Math.floor((rank * classes) / m);
  return { labels, classes };
}

/**
 * A seeded, stratified split of columns 0 .. labels.length - 1: the test part is `fraction` of all,
 * rounded, with each class's share of it as even as can be; each class keeps at least one example
 * for training. Both parts stay in the order of the columns.
 * @param fraction from 0 (no test part) to below 1
 * @param seed from 0 to 2^32 - 1; the choice within class k is a function of (seed, purpose, k)
 */
export function stratifiedSplit(
  labels: Uint16Array,
  classes: number,
  fraction: number,
  seed: number,
  purpose: number = PURPOSE.split,
): Split {
  requireFraction(fraction);
  const sizes = new Array<number>(classes).fill(0);
  for (const label of labels) sizes[label]++;
  const byClass = sizes.map((size) => new Uint32Array(size));
  const filled = new Array<number>(classes).fill(0);
  for (const [column, label] of labels.entries()) byClass[label][filled[label]++] = column;

  const wanted = apportion(sizes, fraction);
  const isTest = new Uint8Array(labels.length);
  for (const [k, members] of byClass.entries()) {
    const stream = randomStream(seed, purpose, k);
    // The first places of a shuffle (Fisher and Yates, stopped early).
    for (let i = 0; i < wanted[k]; i++) {
      const chosen = i + stream.below(members.length - i, i);
      const column = members[chosen];
      members[chosen] = members[i];
      isTest[column] = 1;
    }
  }
  return { train: columnsWhere(isTest, 0), test: columnsWhere(isTest, 1) };
}

/** The places of a value, in order. */
function columnsWhere(marks: Uint8Array, value: number): Uint32Array {
  const columns = new Uint32Array(marks.reduce((count, mark) => count + (mark === value ? 1 : 0), 0));
  let next = 0;
  for (const [column, mark] of marks.entries()) if (mark === value) columns[next++] = column;
  return columns;
}

/** How many of each class make up `fraction` of all: the largest remainders are rounded up (Hamilton's method). */
function apportion(sizes: readonly number[], fraction: number): number[] {
  const shares = sizes.map((size) => Math.min(Math.floor(size * fraction), Math.max(0, size - 1)));
  const total = Math.round(sizes.reduce((sum, size) => sum + size, 0) * fraction);
  let missing = total - shares.reduce((sum, share) => sum + share, 0);
  const byRemainder = Array.from(sizes.keys()).sort(
    (j, k) => sizes[k] * fraction - shares[k] - (sizes[j] * fraction - shares[j]) || j - k,
  );
  for (const k of byRemainder) {
    if (missing === 0) break;
    if (shares[k] + 1 >= sizes[k]) continue;
    shares[k]++;
    missing--;
  }
  return shares;
}

/** @throws InputError when `fraction` is not a number from 0 to below 1 */
function requireFraction(fraction: number): void {
  if (fraction >= 0 && fraction < 1) return;
  throw new InputError({
    where: "testFraction",
    expected: "a number from 0 to below 1",
    found: String(fraction),
    remedy: "pass for example 0.2",
  });
}
