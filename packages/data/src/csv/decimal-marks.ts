/** Tells decimal points and decimal commas from thousands separators. */
import { parseNumber } from "@scratch-nn/core/engine";

/** Bits for the decimal marks that occur in the numbers of a column. */
export const POINT = 1;
export const COMMA = 2;
/** Some mark cannot be a thousands separator, as in 1.5, 0.125 or 1234.567, but not 1.234. */
export const CLEAR_POINT = 4;
export const CLEAR_COMMA = 8;
/** Some number has neither mark. */
export const PLAIN = 16;
export const ALL_POINT_MARKS = POINT | CLEAR_POINT;
export const ALL_COMMA_MARKS = COMMA | CLEAR_COMMA;

const DECIMAL_COMMA = /^[+-]?\d*,\d+(?:[eE][+-]?\d+)?$/;

/** Parses a number with a decimal comma, with blanks around it or not; undefined for anything else. */
export function parseDecimalComma(text: string): number | undefined {
  if (!text.includes(",")) return undefined;
  const trimmed = text.trim();
  return DECIMAL_COMMA.test(trimmed) ? parseNumber(trimmed.replace(",", ".")) : undefined;
}

/**
 * Returns the bits of a number with one point or comma.
 * @param whole the sign and digits before the mark
 * @param fraction the text after the mark
 */
function bitsOf(mark: string, whole: string, fraction: string): number {
  const bit = mark === "." ? POINT : COMMA;
  return /^[+-]?[1-9]\d{0,2}$/.test(whole) && /^\d{3}$/.test(fraction) ? bit : bit | (bit << 2);
}

/** Returns the bits of a number. */
export function decimalMarks(text: string): number {
  const trimmed = text.trim();
  const at = trimmed.search(/[.,]/);
  return at < 0 ? PLAIN : bitsOf(trimmed[at], trimmed.slice(0, at), trimmed.slice(at + 1));
}

/** Numbers with thousands separators: 1,234 or 1,234.5 or 1.234.567,8 or 1 234 567 or 1'234; all groups of three. */
const GROUPED = /^[+-]?\d{1,3}([.,'\u2019 \u00a0\u2009\u202f])\d{3}(?:\1\d{3})*(?:[.,]\d*)?$/;

/** A quoted number with a decimal comma, in a table whose delimiter is a comma. */
const QUOTED_COMMA = /^[+-]?\d+,\d+$/;

/** Whether a word is a formatted number: one with thousands separators, or with a quoted decimal comma. */
export function isFormattedNumber(word: string): boolean {
  return GROUPED.test(word) || QUOTED_COMMA.test(word);
}
