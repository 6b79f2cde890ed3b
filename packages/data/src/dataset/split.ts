/** Splits a dataset that comes without a test set into a training and a test part. */
import { InputError } from "@scratch-nn/core";
import { DEFAULT_SEED, PURPOSE, randomStream } from "@scratch-nn/core/engine";

export interface Split {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/** How to split a dataset that comes without a test set. */
export interface SplitOptions {
  /** The fraction of the examples to hold out, from 0 to below 1. Default 0.2. */
  readonly testFraction?: number | undefined;
  /** The seed that decides which examples are held out, from 0 to 2^32 - 1. Default 1. */
  readonly seed?: number | undefined;
}

/** Applies {@link stratifiedSplit} with the options of a caller, or their defaults. */
export function splitAsAsked(
  labels: Uint16Array,
  classes: number,
  { testFraction = 0.2, seed = DEFAULT_SEED }: SplitOptions,
): Split {
  return stratifiedSplit(labels, classes, testFraction, seed);
}

/** The strata of a split: classes, or bins of a quantity. */
export interface Strata {
  /** The stratum of each column. */
  readonly labels: Uint16Array;
  readonly classes: number;
}

const MOST_BINS = 100;
/** The least columns a bin holds, unless there is only one bin. */
const COLUMNS_PER_BIN = 10;

/**
 * Cuts a quantity into bins of equal size by rank, ties by column, so that both parts of a split cover its whole range.
 */
export function binsOf(values: Float64Array): Strata {
  const m = values.length;
  const classes = Math.max(1, Math.min(MOST_BINS, Math.floor(m / COLUMNS_PER_BIN)));
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a] - values[b] || a - b);
  const labels = new Uint16Array(m);
  for (const [rank, column] of order.entries()) labels[column] = Math.floor((rank * classes) / m);
  return { labels, classes };
}

/**
 * Makes a seeded, stratified split of columns 0 .. labels.length - 1. The test part is `fraction` of all columns,
 * rounded. Each class contributes in proportion to its size, and keeps at least one example for training. Both parts
 * stay in the order of the columns.
 * @param fraction of the test part, from 0 (no test part) to below 1
 * @param seed from 0 to 2^32 - 1; the choice within class k is a function of (seed, purpose, k)
 * @throws InputError if `fraction` is out of range
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
    // A Fisher-Yates shuffle, stopped early.
    for (let i = 0; i < wanted[k]; i++) {
      const chosen = i + stream.below(members.length - i, i);
      const column = members[chosen];
      members[chosen] = members[i];
      isTest[column] = 1;
    }
  }
  return { train: columnsWhere(isTest, 0), test: columnsWhere(isTest, 1) };
}

/** Returns the columns whose mark is `value`, in order. */
function columnsWhere(marks: Uint8Array, value: number): Uint32Array {
  const columns = new Uint32Array(marks.reduce((count, mark) => count + (mark === value ? 1 : 0), 0));
  let next = 0;
  for (const [column, mark] of marks.entries()) if (mark === value) columns[next++] = column;
  return columns;
}

/** Returns how many of each class to hold out: the largest remainders are rounded up (Hamilton's method). */
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

/** @throws InputError if `fraction` is not a number from 0 to below 1 */
function requireFraction(fraction: number): void {
  if (fraction >= 0 && fraction < 1) return;
  throw new InputError({
    where: "testFraction",
    expected: "a number from 0 to below 1",
    found: String(fraction),
    remedy: "pass for example 0.2",
  });
}
