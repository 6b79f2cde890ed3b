/** What the columns of a CSV file are: header or none, which one is the label, bytes or not. */
import { Readable } from "node:stream";
import { InputError } from "@scratch-nn/core";
import { parseNumber } from "./cells.ts";
import { describeParseError, isParseError, lines, parseRows } from "./rows.ts";

export interface Layout {
  /** Whether the first row names the columns. */
  readonly header: boolean;
  /** The name of each column; without a header its position, from 1. */
  readonly names: readonly string[];
  /** The index of the label column, from 0. */
  readonly label: number;
  /** Whether every feature of the first rows is a whole number from 0 to 255. */
  readonly looksLikeBytes: boolean;
}

/** Rows that the layout is judged by. */
const SAMPLE_ROWS = 20;

/** Names that a label column goes by, the most likely first. */
const LABEL_NAMES = ["label", "class", "target"];

/**
 * Works the layout out from the beginning of a file.
 * @param head the text's first bytes, whole rows or not
 * @param wanted the label column by name, or by position from 1; default: a column named label, class or
 *   target, else the only one that holds words, else the first
 * @throws InputError when the file is empty, is a header only, has one column, or lacks the wanted one
 */
export async function readLayout(path: string, head: Buffer, wanted: string | undefined): Promise<Layout> {
  const rows = await sampleRows(path, head);
  const [first, second] = rows;
  const fail = (expected: string, found: string, remedy: string, place = ""): never => {
    throw new InputError({ where: `${path}${place}`, expected, found, remedy });
  };
  if (first === undefined) return fail("rows of numbers and a label", "an empty file", "check the file");
  const header = isHeader(first, second);
  const sample = header ? rows.slice(1) : rows;
  if (sample.length === 0)
    fail("rows of data below the header", "the header only", "check that the file is whole", ":1");
  if (first.length < 2) {
    fail(
      "a label and at least one feature, separated by commas",
      `one column ("${first[0]}")`,
      "use commas between columns",
      ":1",
    );
  }
  const names = header ? first.map((name) => name.trim()) : first.map((_, column) => String(column + 1));
  const label = findLabel(path, names, header, sample, wanted);
  const features = sample.flatMap((row) => row.filter((_, column) => column !== label));
  return { header, names, label, looksLikeBytes: features.every((cell) => isByte(cell)) };
}

function findLabel(
  path: string,
  names: readonly string[],
  header: boolean,
  sample: readonly string[][],
  wanted: string | undefined,
): number {
  if (wanted !== undefined) {
    const byName = header ? names.indexOf(wanted) : -1;
    if (byName >= 0) return byName;
    const position = /^[0-9]+$/.test(wanted) ? Number(wanted) : 0;
    if (position >= 1 && position <= names.length) return position - 1;
    throw new InputError({
      where: "--label",
      expected: `${header ? "the name of a column" : "a position"} of ${path}, or a number from 1 to ${names.length}`,
      found: JSON.stringify(wanted),
      remedy: header ? `its columns are ${abridge(names)}` : "it has no header to look names up in",
    });
  }
  if (header) {
    const lower = names.map((name) => name.toLowerCase());
    for (const name of LABEL_NAMES) if (lower.includes(name)) return lower.indexOf(name);
  }
  const ofWords = names.flatMap((_, column) =>
    sample.every((row) => parseNumber(row[column] ?? "") === undefined) ? [column] : [],
  );
  return ofWords.length === 1 ? ofWords[0] : 0;
}

/** A first row is a header when it holds no number at all, or a word above a number. */
function isHeader(first: readonly string[], second: readonly string[] | undefined): boolean {
  if (first.every((cell) => parseNumber(cell) === undefined)) return true;
  return first.some(
    (cell, column) =>
      parseNumber(cell) === undefined &&
      cell.trim() !== "" &&
      parseNumber(second?.[column] ?? "") !== undefined &&
      !isMissing(cell),
  );
}

/** A cell that stands for a number that is not there: no sign of a header. */
function isMissing(cell: string): boolean {
  return /^(na|nan|null|none|inf|infinity|-inf|-infinity|\?)$/i.test(cell.trim());
}

function isByte(cell: string): boolean {
  const value = parseNumber(cell);
  return value !== undefined && Number.isInteger(value) && value >= 0 && value <= 255;
}

function abridge(names: readonly string[]): string {
  return names.length <= 8 ? names.join(", ") : `${names.slice(0, 6).join(", ")}, ... ${names.at(-1)}`;
}

/** The first rows, blank lines left out, up to a fault if there is one: reading the whole file will tell of it. */
async function sampleRows(path: string, head: Buffer): Promise<string[][]> {
  const rows: string[][] = [];
  try {
    for await (const row of parseRows(lines(Readable.from([head])))) {
      if (row.length > 0) rows.push(row);
      if (rows.length === SAMPLE_ROWS) break;
    }
  } catch (cause) {
    if (!isParseError(cause)) throw cause;
    if (rows.length === 0) {
      throw new InputError({ where: `${path}:1`, ...describeParseError(cause), remedy: "mend that row" }, { cause });
    }
  }
  return rows;
}
