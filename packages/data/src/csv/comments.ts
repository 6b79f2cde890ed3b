/** Lines that begin with #: comments, the header of numpy.savetxt, or rows like others. */
import { BLANK, HASH, LINE_FEED, RETURN } from "./characters.ts";
import { findDelimiter, isNumber } from "./delimiter.ts";
import { findHeader } from "./header.ts";
import { type Head, readSample, type ScannedSample, scanSample } from "./sample.ts";
import type { TableOptions } from "./table-layout.ts";

export interface CommentedSample {
  readonly scanned: ScannedSample;
  /** The names in the comment just above the first row, where they are those of its columns. */
  readonly header: readonly string[] | undefined;
}

/** Scans the first rows, with the delimiter found, comments left out where there are any. */
export async function findComments(head: Head, options: TableOptions): Promise<CommentedSample> {
  const { bytes } = head;
  const hasHashes = bytes[0] === HASH || bytes.includes("\n#") || bytes.includes("\r#");
  if (hasHashes) {
    const all = await findDelimiter(head, options.delimiter, false);
    if (areRows(bytes, all)) return { scanned: all, header: undefined };
  }
  const scanned = await findDelimiter(head, options.delimiter, true);
  return { scanned, header: hasHashes && options.header !== false ? await headerAbove(head, scanned) : undefined };
}

/** Whether most rows begin with #, and have as many cells as others: colours, hashtags. */
function areRows(bytes: Buffer, { rows, cells }: ScannedSample): boolean {
  const below = rows.slice(1);
  const hashed = below.filter((row) => bytes[row.start] === HASH && row.cells === cells).length;
  return cells > 1 && 2 * hashed > below.length;
}

/** The cells of the comment above the first row, where there are as many, all words, and that row is no header. */
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
  const comment = scanSample({ bytes: line, whole: true }, rules);
  if (comment.cells !== cells || comment.rows.length !== 1 || comment.fault !== undefined) return undefined;
  const [[names], sample] = await Promise.all([
    readSample(line, comment.rows, rules),
    readSample(bytes, rows.slice(0, 20), rules),
  ]);
  if (names.cells.some((cell) => isNumber(cell, rules.delimiter))) return undefined;
  const [first, ...below] = sample.map((row) => row.cells);
  return findHeader(first, below, rules.delimiter).isHeader ? undefined : names.cells;
}
