/** Judges whether the first row of a table is a header, and makes unique names. */
import { bareExcerpt, MISSING_WORDS } from "@scratch-nn/core/engine";
import { isNumber } from "./delimiter.ts";
import { type FirstRow, judgeNumbers } from "./numeric-names.ts";
import type { Delimiter } from "./table-layout.ts";

/** Whether the first row is a header; with a remark if that is debatable. */
export interface HeaderFinding {
  readonly isHeader: boolean;
  /** Whether there is a word above numbers. */
  readonly isSure?: boolean;
  readonly remark?: string;
}

/** Dates such as 2020-01-31 and 31.1.20, with or without a time. */
const DATE = /^\d{1,4}([-/.])\d{1,2}\1\d{1,4}([T ]|$)/;

/** Marks for missing or infinite numbers, more than pandas knows. They are no column names. */
const NO_NUMBER = /^(na|nan|null|none|[+-]?inf(inity)?|[-.?]+)$/i;

/** The least consecutive numbers that count columns, whatever the rows below hold. */
const SURELY_COUNTS = 10;

/**
 * Judges the first row. It is a header if it has a word above numbers, if it holds only words and most of them do not
 * occur again below, if its numbers count the columns, or if judgeNumbers says so.
 * @param first the cells of the first row, trimmed
 * @param below the rows after it
 */
export function findHeader(
  first: readonly string[],
  below: readonly (readonly string[])[],
  delimiter: Delimiter,
): HeaderFinding {
  const others = below.filter((row) => row.some((cell, column) => cell !== first[column]));
  const areWords = first.map((cell) => isWord(cell, delimiter));
  const row: FirstRow = {
    words: first.flatMap((_, column) => (areWords[column] ? [column] : [])),
    numbers: first.flatMap((cell, column) => (isNumber(cell, delimiter) ? [column] : [])),
    comesAgain: (column) => others.some((other) => other[column] === first[column]),
  };
  if (row.words.some((column) => standsAboveNumbers(column, others, delimiter)))
    return { isHeader: true, isSure: true };
  const shown = `the first row (${bareExcerpt(first.join(delimiter))})`;
  if (row.words.length > 0 && first.every((cell, column) => MISSING_WORDS.has(cell) || areWords[column])) {
    const again = row.words.filter((column) => row.comesAgain(column)).length;
    return 2 * again >= row.words.length && others.length > 0
      ? {
          isHeader: false,
          remark: `${shown} is taken for data: its words come again below; --header yes takes it for a header`,
        }
      : { isHeader: true };
  }
  if (countsColumns(first, row) && differ(first, row.numbers, others)) {
    return {
      isHeader: true,
      remark: `${shown} counts the columns and is taken for a header; --header no takes it for data`,
    };
  }
  const names = judgeNumbers(first, row, others);
  if (names === "no") return { isHeader: false };
  return names === "yes"
    ? {
        isHeader: true,
        remark: `${shown} is unlike those below and is taken for a header; --header no takes it for data`,
      }
    : {
        isHeader: false,
        remark: `${shown} is taken for data, though it may name the columns; --header yes takes it for a header`,
      };
}

function isWord(cell: string, delimiter: Delimiter): boolean {
  return !MISSING_WORDS.has(cell) && !isNumber(cell, delimiter) && !DATE.test(cell) && !NO_NUMBER.test(cell);
}

/** Whether most cells below in a column are numbers. */
function standsAboveNumbers(column: number, below: readonly (readonly string[])[], delimiter: Delimiter): boolean {
  const cells = below.map((row) => row[column] ?? "").filter((cell) => !MISSING_WORDS.has(cell));
  return 2 * cells.filter((cell) => isNumber(cell, delimiter)).length > cells.length;
}

/** Whether the numbers are 0, 1, 2, ... or 1, 2, 3, ..., or, after a word, any consecutive run such as years. */
function countsColumns(first: readonly string[], { words, numbers, comesAgain }: FirstRow): boolean {
  if (numbers.length < 3 || words.some(comesAgain)) return false;
  const start = Number(first[numbers[0]]);
  const inOrder = numbers.every((column, k) => first[column] === String(start + k) && column === numbers[0] + k);
  return inOrder && (start === 0 || start === 1 || numbers[0] > 0);
}

/** Whether the rows below differ from numbers that count columns. */
function differ(first: readonly string[], numbers: readonly number[], below: readonly (readonly string[])[]): boolean {
  if (below.length === 0) return false;
  if (numbers.length >= SURELY_COUNTS) return true;
  const start = Number(first[numbers[0]]);
  const cells = (row: readonly string[]): readonly number[] => numbers.map((column) => Number(row[column]));
  const counts = (row: readonly number[]): boolean => row.every((value, k) => value === row[0] + k);
  const outOfRange = (value: number): boolean =>
    !Number.isInteger(value) || value < start || value >= start + numbers.length;
  return !below.some((row) => counts(cells(row))) && below.some((row) => cells(row).some(outOfRange));
}

/**
 * Makes names unique, like pandas: an empty name at index 0 becomes "Unnamed: 0", a second x becomes x.1.
 * @param original the names in the header
 */
export function uniqueNames(original: readonly string[]): readonly string[] {
  const taken = new Set(original.filter((name) => name !== ""));
  const seen = new Set<string>();
  /** The next suffix to try for a repeated name: lower ones are taken. */
  const next = new Map<string, number>();
  return original.map((name, column) => {
    const wanted = name === "" ? `Unnamed: ${column}` : name;
    let unique = wanted;
    for (let k = next.get(wanted) ?? 1; seen.has(unique) || (unique !== name && taken.has(unique)); k++) {
      unique = `${wanted}.${k}`;
      next.set(wanted, k + 1);
    }
    seen.add(unique);
    return unique;
  });
}
