/** Whether numbers beside words in a first row name columns: wavelengths, years. */
import { parseNumber } from "@scratch-nn/core/engine";

export interface FirstRow {
  /** Columns where it has a word. */
  readonly words: readonly number[];
  /** Columns where it has a number. */
  readonly numbers: readonly number[];
  /** Whether its cell of a column stands there again below. */
  comesAgain(column: number): boolean;
}

/** Names that are given to a column of classes, and are no usual class. */
const LABEL_NAMES = new Set(["label", "labels", "class", "classes", "target", "species", "category", "outcome"]);

/** Rows that a guess takes. */
const FEW_ROWS = 3;

/**
 * A first row of numbers and words names the columns when none of its words comes again below, and one of them is what
 * labels are called, or its numbers are such as to name columns and of another size than those below.
 * @param below the other rows
 */
export function judgeNumbers(
  first: readonly string[],
  { words, numbers, comesAgain }: FirstRow,
  below: readonly (readonly string[])[],
): "yes" | "no" | "maybe" {
  if (words.length === 0 || numbers.length === 0 || below.length === 0 || words.some(comesAgain)) return "no";
  if (words.some((column) => LABEL_NAMES.has(first[column].toLowerCase()))) return "yes";
  if (below.length < FEW_ROWS) return "no";
  const values = numbers.map((column) => Number(first[column]));
  const outside = numbers.filter((column, k) => isOutside(values[k], column, below)).length;
  if (outside === numbers.length) return areNames(values) ? "yes" : "maybe";
  return 2 * outside > numbers.length && areNames(values) ? "maybe" : "no";
}

/** Whether they are different whole numbers, two or more, or three or more in order. */
function areNames(values: readonly number[]): boolean {
  if (values.length < 2 || new Set(values).size < values.length) return false;
  if (values.every(Number.isInteger)) return true;
  const ascends = values[1] > values[0];
  return values.length > 2 && values.slice(1).every((value, k) => value > values[k] === ascends);
}

/** Whether all numbers below are smaller, or all are larger. */
function isOutside(value: number, column: number, below: readonly (readonly string[])[]): boolean {
  const others = below.flatMap((row) => parseNumber((row[column] ?? "").replace(",", ".")) ?? []);
  return others.length > 0 && (others.every((other) => other < value) || others.every((other) => other > value));
}
