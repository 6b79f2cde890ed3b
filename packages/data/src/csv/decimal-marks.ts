/** Decimal points, decimal commas, and thousands separators that look like them. */
import { parseNumber } from "@scratch-nn/core/engine";

/** What the numbers of a column were written with, as bits. */
export const POINT = 1;
export const COMMA = 2;
/** One of them cannot be a thousands separator: 1.5, 0.125 or 1234.567, but not 1.234. */
export const CLEAR_POINT = 4;
export const CLEAR_COMMA = 8;
export const ALL_POINT_MARKS = POINT | CLEAR_POINT;
export const ALL_COMMA_MARKS = COMMA | CLEAR_COMMA;

const DECIMAL_COMMA = /^[+-]?\d*,\d+(?:[eE][+-]?\d+)?$/;

/** A number whose decimal point is a comma, blanks around it allowed; undefined for anything else. */
export function parseDecimalComma(text: string): number | undefined {
  if (!text.includes(",")) return undefined;
  const trimmed = text.trim();
  return DECIMAL_COMMA.test(trimmed) ? parseNumber(trimmed.replace(",", ".")) : undefined;
}

/**
 * The bits of a number with one point or comma.
 * @param whole digits before it, with their sign
 * @param fraction how many digits follow
 */
function bitsOf(mark: string, whole: string, fraction: string): number {
  const bit = mark === "." ? POINT : COMMA;
  return /^[+-]?[1-9]\d{0,2}$/.test(whole) && /^\d{3}$/.test(fraction) ? bit : bit | (bit << 2);
}

/** The bits of a number; 0 where it has neither. */
export function decimalMarks(text: string): number {
  const trimmed = text.trim();
  const at = trimmed.search(/[.,]/);
  return at < 0 ? 0 : bitsOf(trimmed[at], trimmed.slice(0, at), trimmed.slice(at + 1));
}

/** 1,234 or 1,234.5 or 1.234.567,8 or 1 234 567 or 1'234; groups of three all along. */
const GROUPED = /^[+-]?\d{1,3}([.,'\u2019 \u00a0\u2009\u202f])\d{3}(?:\1\d{3})*(?:[.,]\d*)?$/;

/** A decimal comma where a comma parts the cells, so that it stands in quotes. */
const QUOTED_COMMA = /^[+-]?\d+,\d+$/;

/** Whether a word is a number that a person wrote for persons: with thousands separators, or a quoted comma. */
export function isFormattedNumber(word: string): boolean {
  return GROUPED.test(word) || QUOTED_COMMA.test(word);
}
