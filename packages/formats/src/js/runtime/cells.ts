/** Raw values as cells. */
import { MISSING_WORDS, parseDecimal, wordOf } from "@scratch-nn/core/engine";

/** What stands in a cell: a number, a word, or nothing. */
export type Cell = number | string | undefined;

/** Ends the prediction with what is wrong. */
export type Fail = (expected: string, found?: unknown) => never;

/**
 * Any value as core's cellOf has it.
 * @param levels of its column, one of which may be spelt like a boolean; or what is none
 */
export function cellOf(value: unknown, levels: unknown, fail: Fail): Cell {
  if (typeof value === "boolean") {
    return ([levels].flat() as Cell[]).find((level) => `${level}`.toLowerCase() === `${value}`) ?? +value;
  }
  // An invalid date has null for JSON.
  const plain = value instanceof Date ? value.toJSON() : value;
  if (plain == null || Number.isNaN(plain)) return;
  if (Number.isFinite(plain)) return plain as number;
  if (typeof plain !== "string") return fail("text or a number", plain);
  const text = plain.trim();
  return MISSING_WORDS.has(text) ? undefined : (parseDecimal(text) ?? wordOf(text));
}
