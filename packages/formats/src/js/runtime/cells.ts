/** Converts raw values to cells. */
import { MISSING_WORDS, parseDecimal, wordOf } from "@scratch-nn/core/engine";

/** The content of a cell: a number, a word, or nothing. */
export type Cell = number | string | undefined;

/** Throws the error of a prediction. */
export type Fail = (expected: string, found?: unknown) => never;

/**
 * Converts any value like core's cellOf.
 * @param levels the column's levels, one of which may be spelt like a boolean; other values are ignored
 */
export function cellOf(value: unknown, levels: unknown, fail: Fail): Cell {
  if (typeof value === "boolean") {
    return ([levels].flat() as Cell[]).find((level) => `${level}`.toLowerCase() === `${value}`) ?? +value;
  }
  // The JSON of an invalid date is null.
  const plain = value instanceof Date ? value.toJSON() : value;
  if (plain == null || Number.isNaN(plain)) return;
  if (Number.isFinite(plain)) return plain as number;
  if (typeof plain !== "string") return fail("text or a number", plain);
  const text = plain.trim();
  return MISSING_WORDS.has(text) ? undefined : (parseDecimal(text) ?? wordOf(text));
}
