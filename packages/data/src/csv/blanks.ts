/** Text whose cells are parted by runs of blanks, turned into text whose cells are parted by tabs. */
import { BLANK, blankLength, HASH, LINE_FEED, QUOTE, RETURN, TAB } from "./characters.ts";

/**
 * A tab for each run of blanks between cells; none before the first cell of a row or behind the last one. Quoted cells
 * stay as they are.
 * @param comments whether a row that begins with # is a comment, in which quotes mean nothing
 */
export function collapseBlanks(bytes: Uint8Array, comments: boolean): Buffer {
  const out = Buffer.allocUnsafe(bytes.length);
  let to = 0;
  let at = 0;
  /** Whether a cell of the row has been written. */
  let inRow = false;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === LINE_FEED || byte === RETURN) {
      out[to++] = byte;
      at++;
      inRow = false;
      continue;
    }
    const blank = blankLength(bytes, at, bytes.length);
    if (blank > 0) {
      at += blank;
      continue;
    }
    let end = at;
    if (byte === QUOTE) end = quotedEnd(bytes, at);
    else if (byte === HASH && comments && !inRow) end = lineEnd(bytes, at);
    if (inRow) out[to++] = TAB;
    inRow = true;
    while (at < end || (at < bytes.length && !endsCell(bytes[at]))) out[to++] = bytes[at++];
  }
  return out.subarray(0, to);
}

function lineEnd(bytes: Uint8Array, at: number): number {
  let end = at;
  while (end < bytes.length && bytes[end] !== LINE_FEED && bytes[end] !== RETURN) end++;
  return end;
}

function endsCell(byte: number): boolean {
  return byte === BLANK || byte === TAB || byte === LINE_FEED || byte === RETURN;
}

/** The place behind a quoted cell. */
function quotedEnd(bytes: Uint8Array, at: number): number {
  for (let end = at + 1; ; end += 2) {
    end = bytes.indexOf(QUOTE, end);
    if (end < 0) return bytes.length;
    if (bytes[end + 1] !== QUOTE) return end + 1;
  }
}
