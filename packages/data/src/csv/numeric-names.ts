/** Judges whether a first row of words and numbers is a header, as with wavelengths or years. */
import { parseNumber } from "@scratch-nn/core/engine";

export interface FirstRow {
  /** The columns in which the row has a word. */
  readonly words: readonly number[];
  /** The columns in which the row has a number. */
  readonly numbers: readonly number[];
  /** Whether the row's cell of a column occurs again below. */
  comesAgain(column: number): boolean;
}

/** Usual names for a column of classes that are no usual names of a class. */
const LABEL_NAMES = new Set(["label", "labels", "class", "classes", "target", "species", "category", "outcome"]);

/** The least numbers that may count columns. */
const FEW_COLUMNS = 3;

/** The least rows below for a guess. */
const FEW_ROWS = 3;

/**
 * Judges a first row of numbers and words. It names the columns, if it has words, if none of its words occurs again
 * below, and either one word is a usual name of a label, or its numbers look like names and are outside the range of
 * those below. A row of numbers alone may count the columns.
 * @param below the other rows
 */
export function judgeNumbers(
  first: readonly string[],
  { words, numbers, comesAgain }: FirstRow,
  below: readonly (readonly string[])[],
): "yes" | "no" | "maybe" {
  if (words.length === 0 && numbers.length === first.length) return mayCount(first.map(Number), below);
  if (words.length === 0 || numbers.length === 0 || below.length === 0 || words.some(comesAgain)) return "no";
  if (words.some((column) => LABEL_NAMES.has(first[column].toLowerCase()))) return "yes";
  if (below.length < FEW_ROWS) return "no";
  const values = numbers.map((column) => Number(first[column]));
  const outside = numbers.filter((column, k) => isOutside(values[k], column, below)).length;
  if (outside === numbers.length) return areNames(values) ? "yes" : "maybe";
  return 2 * outside > numbers.length && areNames(values) ? "maybe" : "no";
}

/** Judges a first row of numbers only, such as 2019, 2020, 2021: they may count the columns if no row below counts. */
function mayCount(values: readonly number[], below: readonly (readonly string[])[]): "no" | "maybe" {
  if (values.length < FEW_COLUMNS || below.length < FEW_ROWS || stepOf(values) === 0) return "no";
  return below.some((row) => stepOf(row.map(Number)) !== 0) ? "no" : "maybe";
}

/** Returns the difference of successive integers if it is the same between all; otherwise 0. */
function stepOf(values: readonly number[]): number {
  const step = values[1] - values[0];
  const isEven = values.every((value, k) => Number.isInteger(value) && (k === 0 || value - values[k - 1] === step));
  return isEven ? step : 0;
}

/** Whether values look like names: two or more distinct integers, or three or more numbers in sorted order. */
function areNames(values: readonly number[]): boolean {
  if (values.length < 2 || new Set(values).size < values.length) return false;
  if (values.every(Number.isInteger)) return true;
  const ascends = values[1] > values[0];
  return values.length > 2 && values.slice(1).every((value, k) => value > values[k] === ascends);
}

/** Whether all numbers below in the column are smaller, or all are larger. */
function isOutside(value: number, column: number, below: readonly (readonly string[])[]): boolean {
  const others = below.flatMap((row) => parseNumber((row[column] ?? "").replace(",", ".")) ?? []);
  return others.length > 0 && (others.every((other) => other < value) || others.every((other) => other > value));
}
