/**
 * Finds the ends of rows and counts them, by fast-csv's rules. LF, CRLF and a lone CR end a row. A quote counts only at
 * the start of a cell, after blanks or none. Inside quotes, "" is a quote and line ends are text. The scanner accepts
 * bytes in portions of any size.
 */
import { blankLength, HASH, LINE_FEED, QUOTE, RETURN, TAB } from "./characters.ts";
import { ALL_ROWS } from "./hash-lines.ts";
import type { RowRules } from "./table-layout.ts";

/** Only blanks in the row so far. */
const ROW_START = 0;
/** Only blanks since the delimiter. */
const CELL_START = 1;
const PLAIN = 2;
const QUOTED = 3;
/** After a quote inside quotes: the closing quote, or the first half of "". */
const MAYBE_CLOSED = 4;
/** After the closing quote. */
const CLOSED = 5;
const COMMENT = 6;

const SHORT_LINE = 64;

/** A complete row: bytes [start, end), its first line, its number of cells, and the number of comments before it. */
export interface ScannedRow {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly cells: number;
  readonly comments: number;
}

export class RowScanner {
  /** The number of rows after which to stop. */
  mostRows = Number.POSITIVE_INFINITY;
  /** The number of complete rows; blank lines and comments do not count. */
  rows = 0;
  /** The number of comment lines. */
  comments = 0;
  /** The current line, from 1. */
  line: number;
  /** The last offset at which the text can be cut: directly after a line end outside quotes. */
  cut = 0;
  /** The line that begins at `cut`. */
  cutLine: number;
  /** The number of rows before `cut`. */
  cutRows = 0;
  /** The line and the offset of the last quote that opened a cell. */
  quoteLine = 0;
  quoteAt = 0;
  /** The first text after a closing quote: its line, its cell from 1, its offset. */
  malformed: { readonly line: number; readonly column: number; readonly at: number } | undefined;
  readonly #delimiter: number;
  /** Whether runs of blanks are delimiters. */
  readonly #runs: boolean;
  readonly #rules: RowRules;
  readonly #onRow: ((row: ScannedRow) => void) | undefined;
  #state = ROW_START;
  /** Whether the last byte was a CR, which an LF may follow. */
  #afterReturn = false;
  #rowStart = 0;
  #rowLine: number;
  /** The number of cells of the current row that began (runs of blanks) or ended (other delimiters). */
  #cells = 0;
  /** Whether the last byte inside quotes was a CR. */
  #quotedReturn = false;
  /** Whether the current bytes contain a CR. */
  #hasReturns = true;
  /** There are no quotes before this offset, so delimiters there do not matter. */
  #plainUntil = 0;
  /** For an incomplete line with #: the offset up to which it was scanned, and whether it contains a quote. */
  #heldUntil = 0;
  #heldQuote = false;

  /** @param onRow receives each row; if undefined, text without quotes is scanned for line ends only */
  constructor(rules: RowRules, firstLine = 1, onRow?: (row: ScannedRow) => void) {
    this.#delimiter = rules.delimiter.charCodeAt(0);
    this.#runs = rules.delimiter === " ";
    this.#rules = rules;
    this.#onRow = onRow;
    this.line = firstLine;
    this.cutLine = firstLine;
    this.#rowLine = firstLine;
  }

  /** Whether a quote is open. */
  get inQuotes(): boolean {
    return this.#state === QUOTED;
  }

  /** Shifts all offsets after the caller moved the bytes: what was at `by` is now at 0. */
  rebase(by: number): void {
    this.#rowStart -= by;
    this.cut -= by;
    this.quoteAt -= by;
    this.#heldUntil -= by;
  }

  /**
   * Scans bytes [from, to) of `memory`.
   * @param last whether the text ends at `to`
   * @returns the offset of the next scan's `from`: `to`, or up to two bytes less inside a character, or the start of an
   *   incomplete line with #, or the end of the row that completes {@link mostRows}
   */
  scan(memory: Uint8Array, from: number, to: number, last = false): number {
    // The subarray stops a search at the end of the bytes, not of the memory.
    const bytes = memory.subarray(0, to);
    // Bytes scanned before are not searched again, so small portions do not cost quadratic time.
    const view = bytes.subarray(Math.max(from, this.#heldUntil), to);
    this.#heldQuote = (this.#heldUntil > from && this.#heldQuote) || view.includes(QUOTE);
    if (this.#onRow === undefined && !this.#heldQuote) this.#plainUntil = to;
    this.#hasReturns = view.includes(RETURN);
    let at = from;
    while (at < to) {
      if (this.#afterReturn) {
        if (bytes[at] === LINE_FEED) at++;
        this.#beginRow(at);
      }
      if (this.rows >= this.mostRows || at === to) break;
      const next = this.#step(bytes, at, to, last);
      if (next === at) break;
      at = next;
    }
    this.#plainUntil = 0;
    return at;
  }

  /** Ends the text at `at`: a row without a line end ends there, unless a quote is open. */
  finish(at: number): void {
    if (this.inQuotes) return;
    if (!this.#afterReturn) this.#endRow(at);
    this.#beginRow(at);
  }

  /** Processes the bytes at `at`. @returns the offset after them, or `at` if more bytes are needed */
  #step(bytes: Uint8Array, at: number, to: number, last: boolean): number {
    const byte = bytes[at];
    if (this.#state === QUOTED) return this.#skipQuoted(bytes, at, to);
    if (this.#state === MAYBE_CLOSED) {
      if (byte === QUOTE) {
        this.#state = QUOTED;
        return at + 1;
      }
      this.#state = CLOSED;
    }
    if (byte === LINE_FEED || byte === RETURN) {
      this.#endRow(at);
      this.line++;
      if (byte === RETURN) this.#afterReturn = true;
      else this.#beginRow(at + 1);
      return at + 1;
    }
    if (this.#state === COMMENT || (this.#state === PLAIN && at < this.#plainUntil))
      return this.#lineEnd(bytes, at, to);
    if (this.#isDelimiter(byte)) {
      this.#endCell();
      return at + 1;
    }
    if (this.#state === PLAIN) return this.#skipPlain(bytes, at, to);
    const blank = blankLength(bytes, at, to);
    if (blank > 0) return at + blank;
    if (byte >= 0x80 && at + 2 >= to && !last) return at;
    if (byte === HASH && this.#state === ROW_START && (this.#runs || at === this.#rowStart)) {
      const end = this.#lineEnd(bytes, Math.max(at, this.#heldUntil), to);
      if (end === to && !last) {
        this.#heldUntil = to;
        return at;
      }
      if (!isHashRow(bytes, at, end, this.#rules)) {
        this.#state = COMMENT;
        return end;
      }
    }
    this.#beginText(byte, at);
    return at + 1;
  }

  #isDelimiter(byte: number): boolean {
    return byte === this.#delimiter || (this.#runs && byte === TAB);
  }

  #endCell(): void {
    if (!this.#runs) this.#cells++;
    else if (this.#state === ROW_START) return;
    this.#state = CELL_START;
  }

  /** Processes the first character of a cell, or text after a closing quote. */
  #beginText(byte: number, at: number): void {
    if (this.#state === CLOSED) {
      this.malformed ??= { line: this.line, column: this.#cells + (this.#runs ? 0 : 1), at };
      this.#state = PLAIN;
    } else {
      if (this.#runs) this.#cells++;
      this.#state = byte === QUOTE ? QUOTED : PLAIN;
      if (byte === QUOTE) {
        this.quoteLine = this.line;
        this.quoteAt = at;
      }
    }
  }

  #skipPlain(bytes: Uint8Array, at: number, to: number): number {
    const delimiter = this.#delimiter;
    // A tab is a second delimiter only for runs of blanks.
    const tab = this.#runs ? TAB : delimiter;
    const lastControl = RETURN;
    let end = at + 1;
    for (; end < to; end++) {
      const byte = bytes[end];
      if (byte === delimiter || byte === tab) break;
      if (byte <= lastControl && (byte === LINE_FEED || byte === RETURN)) break;
    }
    return end;
  }

  /** Skips to the offset after the next quote, and counts lines. */
  #skipQuoted(bytes: Uint8Array, at: number, to: number): number {
    let end = at;
    for (; end < to; end++) {
      const byte = bytes[end];
      if (byte === QUOTE) {
        this.#state = MAYBE_CLOSED;
        this.#quotedReturn = false;
        return end + 1;
      }
      // CRLF is one line end.
      if (byte === RETURN || (byte === LINE_FEED && !this.#quotedReturn)) this.line++;
      this.#quotedReturn = byte === RETURN;
    }
    return end;
  }

  #endRow(at: number): void {
    if (this.#state === COMMENT) {
      this.comments++;
    } else if (this.#state !== ROW_START) {
      this.rows++;
      const cells = this.#cells + (this.#runs ? 0 : 1);
      this.#onRow?.({ start: this.#rowStart, end: at, line: this.#rowLine, cells, comments: this.comments });
    }
    this.#state = ROW_START;
  }

  #beginRow(at: number): void {
    this.#afterReturn = false;
    this.#cells = 0;
    this.#rowStart = at;
    this.#rowLine = this.line;
    this.cut = at;
    this.cutLine = this.line;
    this.cutRows = this.rows;
  }

  /** Returns the offset of the next LF or CR, or `to`. */
  #lineEnd(bytes: Uint8Array, at: number, to: number): number {
    const lastControl = RETURN;
    // For longer lines, indexOf is faster.
    const near = this.#hasReturns ? to : Math.min(to, at + SHORT_LINE);
    let end = at;
    for (; end < near; end++) {
      const byte = bytes[end];
      if (byte <= lastControl && (byte === LINE_FEED || byte === RETURN)) return end;
    }
    if (end === to) return to;
    const found = bytes.indexOf(LINE_FEED, end);
    return found < 0 ? to : found;
  }
}

/**
 * Whether the line [start, end), which begins with #, is a row. If a quote does not close in the line, the line is
 * prose, and so a comment.
 */
export function isHashRow(bytes: Uint8Array, start: number, end: number, { delimiter, hashRows }: RowRules): boolean {
  const [least, most] = hashRows;
  if (most === Number.POSITIVE_INFINITY) return true;
  if (most === 0) return false;
  let cells = 0;
  const line = new RowScanner({ delimiter, hashRows: ALL_ROWS }, 1, (row) => {
    cells = row.cells;
  });
  line.scan(bytes, start, end, true);
  line.finish(end);
  return cells >= least && cells <= most;
}
