/** Handles marks for missing values among numbers or dates, such as "-", "." or "unknown". */
import { isGapMark, parseDate } from "@scratch-nn/core/engine";
import { type ColumnValues, MISSING } from "./column-values.ts";
import { ORDERS } from "./odd-cells.ts";

/**
 * Replaces gap marks by missing cells if all other cells are numbers, or all are dates. Else returns the column
 * unchanged.
 */
export function withGaps(values: ColumnValues): ColumnValues {
  const { codes, words, counts, hasMoreWords } = values;
  if (codes === undefined || hasMoreWords || !words.some(isGapMark)) return values;
  const rest = words.filter((word) => !isGapMark(word));
  const isOfNumbers = counts.numbers > 0 && rest.length === 0;
  if (!isOfNumbers && !(counts.numbers === 0 && areDates(rest))) return values;
  const codeOf = words.map((word) => (isGapMark(word) ? MISSING : rest.indexOf(word)));
  const filled = codes.map((code) => (code >= 0 ? codeOf[code] : code));
  const present = filled.reduce((sum, code) => sum + (code >= 0 ? 1 : 0), 0);
  const missing = counts.missing + counts.words - present;
  return { ...values, codes: filled, words: rest, counts: { ...counts, words: present, missing } };
}

/** Returns the marks that {@link withGaps} replaced. */
export function marksIn(before: ColumnValues, after: ColumnValues): readonly string[] {
  return before === after ? [] : before.words.filter(isGapMark);
}

function areDates(words: readonly string[]): boolean {
  return words.length > 0 && ORDERS.some((order) => words.every((word) => parseDate(word, order) !== undefined));
}
