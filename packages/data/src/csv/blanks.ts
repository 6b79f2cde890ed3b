/** Converts text with runs of blanks between cells to text with tabs between cells. */
import { BLANK, blankLength, HASH, LINE_FEED, QUOTE, RETURN, TAB } from "./characters.ts";
import type { HashRows } from "./hash-lines.ts";
import { isHashRow } from "./row-scanner.ts";

export interface Collapsed {
  readonly bytes: Buffer;
  /** The number of comment lines; only their line ends are kept. */
  readonly comments: number;
}

/**
 * Replaces each run of blanks between cells by a tab. Drops blanks before the first cell of a row and after the last.
 * Quoted cells do not change.
 * @param hashRows decides which lines that begin with # are rows
 */
export function collapseBlanks(bytes: Uint8Array, hashRows: HashRows): Collapsed {
  const out = Buffer.allocUnsafe(bytes.length);
  let to = 0;
  let at = 0;
  let comments = 0;
  /** Whether a cell of the current row has been written. */
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
    if (byte === HASH && !inRow) {
      const end = lineEnd(bytes, at);
      if (!isHashRow(bytes, at, end, { delimiter: " ", hashRows })) {
        comments++;
        at = end;
        continue;
      }
    }
    const end = byte === QUOTE ? quotedEnd(bytes, at) : at;
    if (inRow) out[to++] = TAB;
    inRow = true;
    while (at < end || (at < bytes.length && !endsCell(bytes[at]))) out[to++] = bytes[at++];
  }
  return { bytes: out.subarray(0, to), comments };
}

function lineEnd(bytes: Uint8Array, at: number): number {
  let end = at;
  while (end < bytes.length && bytes[end] !== LINE_FEED && bytes[end] !== RETURN) end++;
  return end;
}

function endsCell(byte: number): boolean {
  return byte === BLANK || byte === TAB || byte === LINE_FEED || byte === RETURN;
}

/** Returns the offset after the closing quote. */
function quotedEnd(bytes: Uint8Array, at: number): number {
  for (let end = at + 1; ; end += 2) {
    end = bytes.indexOf(QUOTE, end);
    if (end < 0) return bytes.length;
    if (bytes[end + 1] !== QUOTE) return end + 1;
  }
}
