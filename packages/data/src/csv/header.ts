/** Whether a table's first row names its columns. */
import { MISSING_WORDS, parseNumber } from "@scratch-nn/core";

/** A first row is a header when it holds no number at all, or a word above a number. */
export function isHeader(first: readonly string[], second: readonly string[] | undefined): boolean {
  if (first.every((cell) => parseNumber(cell) === undefined)) return true;
  return first.some(
    (cell, column) =>
      parseNumber(cell) === undefined && !MISSING_WORDS.has(cell) && parseNumber(second?.[column] ?? "") !== undefined,
  );
}
