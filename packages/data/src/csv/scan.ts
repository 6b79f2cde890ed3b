/** The first pass over a CSV file: where its rows are, without looking into them. */
import { type DataFile, readChunks } from "../files.ts";

/** A run of whole lines. */
export interface Block {
  /** Bytes of the uncompressed text: [start, end). */
  readonly start: number;
  readonly end: number;
  /** The number of its first line, from 1. */
  readonly firstLine: number;
  /** Rows in it: lines that are not blank. */
  readonly rows: number;
  /** Rows of the file before it. */
  readonly rowsBefore: number;
}

export interface Scan {
  readonly blocks: readonly Block[];
  /** Rows in all blocks, the header included. */
  readonly rows: number;
  /** Whether some quoted field has a line break in it, so that line ends alone do not tell rows apart. */
  readonly quotedBreaks: boolean;
  /** The beginning of the text. */
  readonly head: Buffer;
}

/** A block ends at the first line end after so many bytes: some 0.15 s of work, so that threads end together. */
const BLOCK_BYTES = 1 << 20;

const HEAD_BYTES = 1 << 20;

const LINE_FEED = 0x0a;
const QUOTE = 0x22;

/**
 * Scans a file.
 * @param mostRows stop after so many rows, the header included
 * @throws InputError when the file cannot be read
 */
export async function scanCsv(file: DataFile, mostRows: number): Promise<Scan> {
  const blocks: Block[] = [];
  const head: Buffer[] = [];
  let headBytes = 0;
  let quotedBreaks = false;
  let insideQuotes = false;
  /** The block under way. */
  let open = { start: 0, firstLine: 1, rowsBefore: 0 };
  let rows = 0;
  let line = 1;
  let position = 0;
  /** Whether the line under way has anything but white space in it so far. */
  let lineHasText = false;

  const close = (end: number): void => {
    if (rows > open.rowsBefore) blocks.push({ ...open, end, rows: rows - open.rowsBefore });
    open = { start: end, firstLine: line, rowsBefore: rows };
  };

  scanning: for await (const chunk of readChunks(file)) {
    if (headBytes < HEAD_BYTES) head.push(chunk);
    headBytes += chunk.length;
    const hasQuotes = chunk.includes(QUOTE);
    let begin = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, begin)) {
      if (hasQuotes && oddQuotes(chunk, begin, end)) insideQuotes = !insideQuotes;
      lineHasText ||= hasText(chunk, begin, end);
      begin = end + 1;
      line++;
      if (insideQuotes) {
        quotedBreaks = true;
        continue;
      }
      if (lineHasText) rows++;
      lineHasText = false;
      const after = position + begin;
      if (rows >= mostRows) {
        position = after;
        break scanning;
      }
      if (after - open.start >= BLOCK_BYTES) close(after);
    }
    if (hasQuotes && oddQuotes(chunk, begin, chunk.length)) insideQuotes = !insideQuotes;
    lineHasText ||= hasText(chunk, begin, chunk.length);
    position += chunk.length;
  }
  if (lineHasText) rows++;
  close(position);
  return { blocks, rows, quotedBreaks: quotedBreaks || insideQuotes, head: Buffer.concat(head) };
}

function oddQuotes(chunk: Buffer, begin: number, end: number): boolean {
  let odd = false;
  for (let at = chunk.indexOf(QUOTE, begin); at >= 0 && at < end; at = chunk.indexOf(QUOTE, at + 1)) odd = !odd;
  return odd;
}

/** Whether any byte of [begin, end) is not a space, tab or carriage return. */
function hasText(chunk: Buffer, begin: number, end: number): boolean {
  for (let at = begin; at < end; at++) {
    const byte = chunk[at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return true;
  }
  return false;
}
