/** Judges lines that begin with # above the first row: comments, the header of numpy.savetxt, or ordinary rows. */
import { BLANK, HASH, LINE_FEED, RETURN } from "./characters.ts";
import { findDelimiter, isNumber } from "./delimiter.ts";
import { ALL_ROWS } from "./hash-lines.ts";
import { findHeader } from "./header.ts";
import { type Head, readSample, type ScannedSample, scanSample } from "./sample.ts";
import type { TableOptions } from "./table-layout.ts";

export interface CommentedSample {
  readonly scanned: ScannedSample;
  /** The column names, if the comment directly above the first row holds them. */
  readonly header: readonly string[] | undefined;
  /** The raw cells of that comment, if it would otherwise be a row. */
  readonly headerRow: readonly string[] | undefined;
  /** The number of comment lines that have as many cells as rows. */
  readonly dropped: number;
}

/** The most rows to examine. */
const SOME_ROWS = 20;

/** Finds the delimiter, scans the first rows, and separates comments from rows. */
export async function findComments(head: Head, options: TableOptions): Promise<CommentedSample> {
  const scanned = await findDelimiter(head, options.delimiter);
  const [first] = scanned.rows;
  if (first !== undefined && head.bytes[first.start] === HASH) return await headerAmongRows(head, scanned, options);
  const header = options.header === false ? undefined : await headerAbove(head, scanned);
  return { scanned, header, headerRow: undefined, dropped: 0 };
}

/** Separates comments that have as many cells as the rows: those above a header, and the header itself. */
async function headerAmongRows(
  { bytes }: Head,
  scanned: ScannedSample,
  { header: wanted }: TableOptions,
): Promise<CommentedSample> {
  const { rows, rules } = scanned;
  const sample = (await readSample(bytes, rows.slice(0, SOME_ROWS), rules)).map((row) => row.cells);
  const isProse = (k: number): boolean =>
    bytes[rows[k].start] === HASH && !sample[k].some((cell) => isNumber(cell, rules.delimiter));
  let hashed = 0;
  while (hashed + 1 < sample.length && isProse(hashed)) hashed++;
  const none = { scanned, header: undefined, headerRow: undefined, dropped: 0 };
  if (hashed === 0) return none;
  const [next, ...below] = sample.slice(hashed);
  const spaced = bytes[rows[hashed - 1].start + 1] === BLANK;
  const finding = findHeader(next, below, rules.delimiter);
  const without = { ...none, scanned: { ...scanned, rows: rows.slice(hashed) }, dropped: hashed };
  // Words above words may be rows too, such as colours (#fff).
  if (bytes[rows[hashed].start] !== HASH && finding.isHeader && (finding.isSure === true || spaced)) return without;
  if (!spaced) return none;
  if (wanted === false || scanned.cells === 1) return without;
  const headerRow = sample[hashed - 1];
  return { ...without, header: [headerRow[0].replace(/^[# ]+/, ""), ...headerRow.slice(1)], headerRow };
}

/** Returns the cells of the comment above the first row, if they are as many, all words, and that row is no header. */
async function headerAbove({ bytes }: Head, scanned: ScannedSample): Promise<readonly string[] | undefined> {
  const { rows, rules, cells } = scanned;
  if (rows.length === 0 || cells < 2) return undefined;
  let end = rows[0].start;
  while (end > 0 && (bytes[end - 1] === LINE_FEED || bytes[end - 1] === RETURN)) end--;
  if (end === 0) return undefined;
  const start = 1 + Math.max(bytes.lastIndexOf(LINE_FEED, end - 1), bytes.lastIndexOf(RETURN, end - 1));
  if (bytes[start] !== HASH) return undefined;
  let from = start;
  while (from < end && (bytes[from] === HASH || bytes[from] === BLANK)) from++;
  const line = bytes.subarray(from, end);
  const comment = scanSample({ bytes: line, whole: true }, { ...rules, hashRows: ALL_ROWS });
  if (comment.cells !== cells || comment.rows.length !== 1 || comment.fault !== undefined) return undefined;
  const [[names], sample] = await Promise.all([
    readSample(line, comment.rows, rules),
    readSample(bytes, rows.slice(0, SOME_ROWS), rules),
  ]);
  if (names.cells.some((cell) => isNumber(cell, rules.delimiter))) return undefined;
  const [first, ...below] = sample.map((row) => row.cells);
  return findHeader(first, below, rules.delimiter).isHeader ? undefined : names.cells;
}
