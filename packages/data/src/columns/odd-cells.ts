/** Finds cells that are probably errors, or formatted numbers. They are refused unless the user says what they are. */
import { type DateOrder, isGapMark, levelOf, parseDate, parseNumber } from "@scratch-nn/core/engine";
import { type ColumnValues, MISSING, NUMBER } from "./column-values.ts";
import { isLongNumber } from "./long-numbers.ts";
import { unquoted } from "./quotes.ts";

/** A cell that does not match its column. */
export interface OddCell {
  /** The first row with such a cell. */
  readonly row: number;
  readonly cell: string;
  /** What the cell should be. */
  readonly expected: string;
  /** Why it is wrong, as the end of a clause with "which"; may be empty. */
  readonly why: string;
  /** Whether most cells of the column are like it. */
  readonly isWholeColumn: boolean;
}

/** The least share of a column's cells that must look alike for the others to be odd. */
const MOST = 0.9;
/** The least words among numbers to take both for codes; fewer words may be errors. */
const FEW_CODES = 5;
/** The least dates to judge a column by; fewer may look like dates by chance. */
const FEW_DATES = 10;

/**
 * Finds the first odd cell of a column.
 * @param wish of the user: "numeric" if all cells have to be numbers
 */
export function findOddCell(values: ColumnValues, wish: "numeric" | undefined): OddCell | undefined {
  const { codes, counts } = values;
  if (codes === undefined || counts.words === 0) return undefined;
  if (wish === "numeric" || (counts.words <= counts.numbers && !areCodes(values)))
    return wordAmongNumbers(values, codes);
  const dates = amongDates(values, codes);
  return dates === "all" ? undefined : (dates ?? quantity(values, codes));
}

function wordAmongNumbers({ words }: ColumnValues, codes: Int32Array): OddCell {
  const row = codes.findIndex((code) => code >= 0 && !isGapMark(words[code]));
  const cell = words[codes[row]];
  return {
    row,
    cell,
    expected: "a number",
    why: isLongNumber(cell) ? "has more digits than an f64" : "",
    isWholeColumn: false,
  };
}

/** Whether numbers and words are both codes, as of tickets or stations: integers, and too many words for errors. */
function areCodes({ numbers, words, counts }: ColumnValues): boolean {
  if (counts.words < FEW_CODES || counts.numbers >= MOST * (counts.numbers + counts.words)) return false;
  return (
    numbers.every((x) => Number.isNaN(x) || Number.isInteger(x)) && words.every((word) => lookOf(word) === undefined)
  );
}

export const ORDERS: readonly DateOrder[] = ["ymd", "dmy", "mdy"];

/** Returns the first cell that is no date, if nearly all are dates in one order; or "all" if all are dates. */
function amongDates({ numbers, words, counts }: ColumnValues, codes: Int32Array): OddCell | "all" | undefined {
  const present = counts.words + counts.numbers;
  const orders = ORDERS.map((order) => {
    const are = words.map((word) => parseDate(word, order) !== undefined);
    return { order, are, count: countRows(codes, are) };
  });
  const best = orders.reduce((a, b) => (b.count > a.count ? b : a));
  if (best.count === present) return "all";
  if (best.count < Math.max(FEW_DATES, MOST * present)) return undefined;
  const row = codes.findIndex((code) => code !== MISSING && !(code >= 0 && best.are[code]));
  const cell = codes[row] === NUMBER ? levelOf(numbers[row]) : words[codes[row]];
  return { row, cell, expected: `a date in the order ${DATE_ORDERS[best.order]}`, why: "", isWholeColumn: false };
}

export const DATE_ORDERS: Readonly<Record<DateOrder, string>> = {
  ymd: "year, month, day",
  dmy: "day, month, year",
  mdy: "month, day, year",
};

/** Counts the rows whose word is marked. */
function countRows(codes: Int32Array, are: readonly boolean[]): number {
  let count = 0;
  for (const code of codes) if (code >= 0 && are[code]) count++;
  return count;
}

/**
 * Digits with separators between them. It matches no trailing blanks: blanks that two parts of a pattern can match
 * cause excessive backtracking.
 */
const FIGURE = "\\d(?:[\\d.,' \\u00a0\\u202f]*[\\d.,'])?";
/** A suffix for thousands, millions or billions. */
const FACTOR = "(?:\\s*[kKmMbB])?";
const CURRENCY = "[\\p{Sc}]|(?:US|C|A)\\$|USD|EUR|GBP|JPY|CHF|CNY|INR|CAD|AUD|Rs\\.?";

/** Quantities in formats that the parser takes for words. */
const QUANTITIES: readonly (readonly [looks: string, pattern: RegExp])[] = [
  ["a percentage", new RegExp(`^[-+]?\\s*${FIGURE}\\s*%$`)],
  ["an amount of money", new RegExp(`^[-+(]?\\s*(?:${CURRENCY})\\s*[-+]?${FIGURE}${FACTOR}\\s*\\)?$`, "u")],
  ["an amount of money", new RegExp(`^[-+(]?\\s*${FIGURE}${FACTOR}\\s*(?:${CURRENCY})\\)?$`, "u")],
  ["a number in brackets", new RegExp(`^\\(\\s*${FIGURE}\\s*\\)$`)],
  ["a number with separators", /^[-+]?\d{1,3}(_\d{3})+(\.\d+)?$/],
  ["a time of day", /^\d{1,3}:\d{2}(:\d{2}([.,]\d+)?)?(\s*[ap]\.?m\.?)?$/i],
  ["a time of day", /^\d{1,2}\s*[ap]\.?m\.?$/i],
  ["a date", /^[a-z]{3,9}\.?[-/., ]+\d{1,2}(st|nd|rd|th)?[-/., ]+\d{2,4}\b/i],
  ["a date", /^([a-z]{3,9}\.?,? )?\d{1,2}(st|nd|rd|th)?[-/., ]+[a-z]{3,9}\.?[-/., ]+\d{2,4}\b/i],
  ["an infinity", /^[-+]?inf(inity)?$/i],
];

function lookOf(word: string): string | undefined {
  return formatOf(word) ?? lookInQuotes(word);
}

function formatOf(word: string): string | undefined {
  return QUANTITIES.find(([, pattern]) => pattern.test(word))?.[0];
}

/** Quotes around nothing are a missing cell of such a column. */
function lookInQuotes(word: string): string | undefined {
  const inside = unquoted(word);
  if (inside === undefined) return undefined;
  const isNumber = inside === "" || parseNumber(inside) !== undefined;
  const what = isNumber ? "a number" : isAnyDate(inside) ? "a date" : formatOf(inside);
  return what && `${what} in quotes (${word[0]}); only " quotes a cell`;
}

function isAnyDate(word: string): boolean {
  return ORDERS.some((order) => parseDate(word, order) !== undefined);
}

/** Why a word is no number, as the end of a clause with "which"; undefined where it looks like nothing known. */
export function whyNoNumber(word: string): string | undefined {
  if (isLongNumber(word)) return "has more digits than an f64";
  const look = lookOf(word) ?? (isAnyDate(word) ? "a date" : undefined);
  return look === undefined ? undefined : `looks like ${look}`;
}

/** Returns the first cell of a column whose cells nearly all are quantities in such a format. */
function quantity({ words, counts }: ColumnValues, codes: Int32Array): OddCell | undefined {
  const looks = words.map(lookOf);
  const are = looks.map((look) => look !== undefined);
  if (countRows(codes, are) < MOST * (counts.words + counts.numbers)) return undefined;
  const row = codes.findIndex((code) => code >= 0 && are[code]);
  const cell = words[codes[row]];
  return {
    row,
    cell,
    expected: "a number, a date or a category",
    why: `looks like ${looks[codes[row]]}`,
    isWholeColumn: true,
  };
}
