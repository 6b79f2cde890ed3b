/** Parses the cells of a table: numbers, words, or missing values. */
import { InputError } from "../checks/errors.ts";
import { describeValue } from "../checks/excerpt.ts";

/** The content of a cell: a number, a word, or undefined for a missing value. */
export type Cell = number | string | undefined;

/** Words that mean a missing cell: those of pandas' read_csv, and "?". */
export const MISSING_WORDS: ReadonlySet<string> = new Set(
  "|?|#N/A|#N/A N/A|#NA|-1.#IND|-1.#QNAN|-NaN|-nan|1.#IND|1.#QNAN|<NA>|N/A|NA|NULL|NaN|None|n/a|nan|null".split("|"),
);

/**
 * Marks that mean an unknown number or date, in upper or lower case. In a column of words each may be a regular word.
 */
export const GAP_MARKS: ReadonlySet<string> = new Set(
  ".|..|...|-|--|---|\u2013|\u2014|*|na|n.a.|nd|n/d|none|nil|unknown|missing|undefined|not available".split("|"),
);
const LONGEST_MARK = 13;

/** Whether a word means a missing value in a column of numbers or dates. @param word trimmed */
export function isGapMark(word: string): boolean {
  return word.length <= LONGEST_MARK && GAP_MARKS.has(word.toLowerCase());
}

const [ZERO, PLUS, MINUS, POINT] = Array.from("0+-.", (character) => character.charCodeAt(0));
const NINE = "9".charCodeAt(0);

/**
 * Whole numbers of this many digits are exact in f64, and so are these powers of ten, so one division rounds correctly.
 */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, i) => 10 ** i);

// Each pattern matches any text in only one way, so digits that end in another character cause no backtracking.
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Whole numbers that may have more digits than an f64 can represent. */
const WHOLE = /^[+-]?0*([1-9]\d*|0)$/;

/**
 * Parses decimal text, with an optional exponent and surrounding blanks, as the nearest f64.
 * @returns undefined for words, hexadecimal, "", NaN, Infinity, values too large for an f64, and whole numbers without
 *   an exponent that String() writes with other digits. Such long numbers are names more often than quantities, and
 *   rounding would make different names equal.
 */
export function parseNumber(text: string): number | undefined {
  const { length } = text;
  let at = 0;
  let sign = 1;
  if (length > 1) {
    const first = text.charCodeAt(0);
    if (first === MINUS) sign = -1;
    if (sign < 0 || first === PLUS) at = 1;
  }
  if (length - at > EXACT_DIGITS + 1) return parseDecimal(text);
  let digits = 0;
  let whole = 0;
  let point = -1;
  for (; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code >= ZERO && code <= NINE) {
      whole = 10 * whole + (code - ZERO);
      digits++;
    } else if (code === POINT && point < 0) {
      point = digits;
    } else {
      return parseDecimal(text);
    }
  }
  if (digits === 0) return undefined;
  if (digits > EXACT_DIGITS) return parseDecimal(text);
  return sign * (point < 0 ? whole : whole / POWERS_OF_TEN[digits - point]);
}

/** Returns the result of {@link parseNumber}, which is faster for short numbers. */
export function parseDecimal(text: string): number | undefined {
  // Most of this text is words, and a letter at the end shows that at once.
  const last = text.charCodeAt(text.length - 1);
  if (last > NINE && last < 0x80) return undefined;
  const trimmed = text.trim();
  if (!DECIMAL.test(trimmed)) return undefined;
  const value = Number(trimmed);
  if (!Number.isFinite(value)) return undefined;
  if (Number.isSafeInteger(value) || trimmed.length <= EXACT_DIGITS) return value;
  const whole = WHOLE.exec(trimmed);
  return whole === null || String(Math.abs(value)) === whole[1] ? value : undefined;
}

/**
 * Converts a raw value of any type to a cell. Strings are trimmed. {@link MISSING_WORDS}, null, undefined and NaN are
 * missing. Decimal strings and bigints are numbers where {@link parseNumber} returns one, else words. Booleans, and
 * their spellings in Python and in capitals, are the words true and false. Dates become ISO 8601 text.
 * @param where the location that an error names
 * @throws InputError for objects, functions, symbols and infinities
 */
export function cellOf(value: unknown, where = "cell"): Cell {
  switch (typeof value) {
    case "string":
      return cellOfText(value);
    case "number":
      if (Number.isNaN(value)) return undefined;
      if (Number.isFinite(value)) return value;
      break;
    case "boolean":
      return String(value);
    case "undefined":
      return undefined;
    case "bigint":
      if (Number.isFinite(Number(value))) return cellOfText(String(value));
      break;
    case "object": {
      if (value === null) return undefined;
      const time = timeOf(value);
      if (time !== undefined) return Number.isNaN(time) ? undefined : new Date(time).toISOString();
    }
  }
  throw new InputError({
    where,
    expected: "a number, a string, a boolean, a date, null or undefined",
    found: describeValue(value),
    remedy: "pass undefined where there is no value",
  });
}

function cellOfText(text: string): Cell {
  const trimmed = text.trim();
  if (MISSING_WORDS.has(trimmed)) return undefined;
  return parseNumber(trimmed) ?? wordOf(trimmed);
}

/** Spellings of booleans in programs. */
const BOOLEANS: ReadonlySet<string> = new Set(["True", "TRUE", "False", "FALSE"]);

/** Normalises a word: True and TRUE become true, False and FALSE become false, as in pandas. @param text trimmed */
export function wordOf(text: string): string {
  return BOOLEANS.has(text) ? text.toLowerCase() : text;
}

/** The time of a Date of any realm, NaN if it is invalid; undefined for other values. */
function timeOf(value: object): number | undefined {
  try {
    return Date.prototype.getTime.call(value as Date);
  } catch {
    return undefined;
  }
}

/** The format that String() gives a number of up to {@link EXACT_DIGITS} digits that is not tiny. */
const SHORTEST = /^-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/;
/** Below this value, String() writes an exponent. */
const TINY = 1e-6;

/**
 * The name of a cell as a level or a class. Numerically equal spellings have one name: 1, "1.0" and "+1" are "1". So
 * have the spellings of booleans (see {@link wordOf}).
 */
export function levelOf(cell: number | string): string {
  // -0 is "0".
  if (typeof cell === "number") return String(cell);
  const value = parseNumber(cell);
  if (value === undefined) return wordOf(cell.trim());
  // Only one decimal of so few digits gives this f64. String() would write the same text, but takes three times as
  // long.
  const isShortest = cell.length <= EXACT_DIGITS && Math.abs(value) >= TINY && SHORTEST.test(cell);
  return isShortest ? cell : String(value);
}
