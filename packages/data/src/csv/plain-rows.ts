/**
 * The fast parser, byte by byte and directly into memory, for blocks in which no cell begins with a quote. Its results
 * are those of fast-csv (see quoted-rows.ts).
 */
import { BLANK, blankLength, HASH, LINE_FEED, QUOTE, RETURN } from "./characters.ts";
import { ALL_COMMA_MARKS, ALL_POINT_MARKS, COMMA as COMMA_MARK, PLAIN, POINT as POINT_MARK } from "./decimal-marks.ts";
import type { CsvFault } from "./fault.ts";
import { isHashRow } from "./row-scanner.ts";
import type { RowStore } from "./row-store.ts";
import { cellCountFault, type ParseRules } from "./table-layout.ts";
import type { TextBlock } from "./text-block.ts";

const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/** Integers with this many digits are exact in f64, as are these powers of ten: one division rounds correctly. */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, i) => 10 ** i);

/** "parsed": the cells are in the store; "quoted": the block needs fast-csv; else a fault. */
export type PlainResult = "parsed" | "quoted" | CsvFault;

/** Parses a block of plain rows into a store. */
export function parsePlainRows(block: TextBlock, rules: ParseRules, store: RowStore): PlainResult {
  const parser = new PlainRows(block, rules, store);
  let line = block.firstLine;
  for (let at = 0; at < block.bytes.length; line++) {
    const rowEnd = parser.skipEmpty(at) ?? parser.parseByteRow(at, line) ?? parser.parseRow(at, line);
    if (typeof rowEnd !== "number") return rowEnd;
    at = rowEnd;
  }
  return "parsed";
}

class PlainRows {
  readonly #bytes: Uint8Array;
  readonly #text: Buffer;
  readonly #store: RowStore;
  readonly #rules: ParseRules;
  readonly #delimiter: number;
  /** A second decimal mark besides the point: the comma, unless it is the delimiter. */
  readonly #comma: number;
  /** The first bytes of the header, without blanks; undefined if repeated headers are not recognised. */
  readonly #headerStart: Buffer | undefined;

  constructor({ bytes }: TextBlock, rules: ParseRules, store: RowStore) {
    this.#bytes = bytes;
    this.#text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#store = store;
    this.#rules = rules;
    this.#delimiter = rules.delimiter.charCodeAt(0);
    this.#comma = rules.delimiter === "," ? POINT : COMMA;
    const start = rules.headerText?.replaceAll(" ", "").slice(0, 8);
    this.#headerStart = start === undefined ? undefined : Buffer.from(start);
  }

  /** Skips a blank line, a comment or a repeated header. @returns the offset of the next line; undefined for a row */
  skipEmpty(at: number): number | undefined {
    const bytes = this.#bytes;
    const first = this.#skipBlanks(at);
    if (isLineEnd(bytes[first])) return this.#nextLine(first);
    if (bytes[at] === HASH) {
      const end = lineEnd(bytes, at);
      if (!isHashRow(bytes, at, end, this.#rules)) {
        this.#store.comments++;
        return this.#nextLine(end);
      }
    }
    if (!this.#isHeader(at)) return undefined;
    this.#store.repeatedHeaders++;
    return this.#nextLine(lineEnd(bytes, at));
  }

  /** Whether a row repeats the header. */
  #isHeader(at: number): boolean {
    const start = this.#headerStart;
    if (start === undefined) return false;
    let place = at;
    // The first bytes rule out most rows.
    for (const byte of start) {
      while (this.#bytes[place] === BLANK) place++;
      if (this.#bytes[place++] !== byte) return false;
    }
    const { headerText, delimiter } = this.#rules;
    const cells = this.#text.toString("utf8", at, lineEnd(this.#bytes, at)).split(delimiter);
    return cells.map((cell) => cell.trim()).join(delimiter) === headerText;
  }

  /** Parses the row at `at` if all cells so far, and its own, are bytes. @returns the offset of the next line */
  parseByteRow(at: number, line: number): number | undefined {
    const { bytes: values, columns } = this.#store;
    if (values === undefined) return undefined;
    const bytes = this.#bytes;
    const delimiter = this.#delimiter;
    const first = this.#store.rows * columns;
    let place = at;
    let byte = delimiter;
    for (let column = 0; column < columns && byte === delimiter; column++) {
      const start = place;
      let value = 0;
      for (byte = bytes[place]; byte >= ZERO && byte <= NINE; byte = bytes[++place]) value = 10 * value + byte - ZERO;
      if (value > 255 || place === start || place > start + EXACT_DIGITS) break;
      values[first + column] = value;
      // The last cell must end the row; otherwise parseRow parses the row again.
      if (column + 1 < columns) place++;
      else if (isLineEnd(byte)) return this.#endRow(place, line);
    }
    this.#store.widen();
    return undefined;
  }

  /** Parses the row at `at`. @returns the offset of the next line */
  parseRow(at: number, line: number): number | "quoted" | CsvFault {
    const bytes = this.#bytes;
    const { values, notBytes, marks, columns } = this.#store;
    const delimiter = this.#delimiter;
    const comma = this.#comma;
    const { verbatim } = this.#rules;
    const first = this.#store.rows * columns;
    let place = at;
    for (let column = 0; column < columns; column++) {
      const start = place;
      let byte = bytes[place];
      const negative = byte === MINUS;
      if (negative) byte = bytes[++place];
      let value = byte - ZERO;
      let isNumber = value >= 0 && value <= 9 && column !== verbatim;
      let bits = PLAIN;
      if (isNumber) {
        for (byte = bytes[++place]; byte >= ZERO && byte <= NINE; byte = bytes[++place]) {
          value = 10 * value + (byte - ZERO);
        }
        if (byte === POINT || byte === comma) {
          const point = place;
          for (byte = bytes[++place]; byte >= ZERO && byte <= NINE; byte = bytes[++place]) {
            value = 10 * value + (byte - ZERO);
          }
          const grouped = this.#isGroup(negative ? start + 1 : start, point, place);
          if (bytes[point] === COMMA) bits = grouped ? COMMA_MARK : ALL_COMMA_MARKS;
          else bits = grouped ? POINT_MARK : ALL_POINT_MARKS;
          // A number takes the slow path, which notes its cell, if its mark is the first in the column that may matter.
          isNumber = (comma === POINT && !grouped) || (marks[column] & bits) === bits;
          // "1." is a number, "1," is none.
          isNumber &&= place - point > 1 || bytes[point] === POINT;
          value /= POWERS_OF_TEN[Math.min(place - point - 1, EXACT_DIGITS)];
        }
        isNumber &&= (byte === delimiter || byte === LINE_FEED || byte === RETURN) && place - start <= EXACT_DIGITS;
      }
      if (isNumber) {
        if (negative) value = -value;
        values[first + column] = value;
        marks[column] |= bits;
        if (value !== (value & 255)) notBytes[column] = 1;
      } else {
        place = this.#textCell(start, column, line);
        if (place < 0) return "quoted";
        byte = bytes[place];
      }
      if (column + 1 === columns) break;
      if (byte !== delimiter) return this.#wrongCount(at, line);
      place++;
    }
    if (bytes[place] === delimiter && this.#rules.trailing) place = this.#skipBlanks(place + 1);
    if (!isLineEnd(bytes[place])) return this.#wrongCount(at, line);
    return this.#endRow(place, line);
  }

  /** Whether the digits of [start, end), with a mark at `mark`, may be a group of thousands, as in 1.234. */
  #isGroup(start: number, mark: number, end: number): boolean {
    return end - mark === 4 && mark - start <= 3 && this.#bytes[start] !== ZERO;
  }

  /** Ends the row whose line end is at `at`. @returns the offset of the next line */
  #endRow(at: number, line: number): number {
    this.#store.endRow(line);
    return this.#nextLine(at);
  }

  /** Stores a cell as text. @returns its end, or -1 if it begins with a quote */
  #textCell(start: number, column: number, line: number): number {
    const bytes = this.#bytes;
    if (bytes[this.#skipBlanks(start)] === QUOTE) return -1;
    let all = 0;
    let end = start;
    for (; bytes[end] !== this.#delimiter && !isLineEnd(bytes[end]); end++) all |= bytes[end];
    this.#store.text(column, this.#text.toString(all < 0x80 ? "latin1" : "utf8", start, end), line);
    return end;
  }

  /** Returns the fault of a row with the wrong number of cells, or "quoted" if a later cell begins with a quote. */
  #wrongCount(at: number, line: number): "quoted" | CsvFault {
    let cells = 1;
    let place = at;
    for (; !isLineEnd(this.#bytes[place]); place++) {
      if (this.#bytes[place] !== this.#delimiter) continue;
      cells++;
      if (this.#bytes[this.#skipBlanks(place + 1)] === QUOTE) return "quoted";
    }
    return cellCountFault(this.#rules, line, cells);
  }

  /** Returns the offset of the first byte from `at` on that is a delimiter or no blank. */
  #skipBlanks(at: number): number {
    const bytes = this.#bytes;
    let place = at;
    for (;;) {
      const byte = bytes[place];
      if ((byte > 0x20 && byte < 0xc2) || byte === this.#delimiter) return place;
      const length = blankLength(bytes, place, bytes.length);
      if (length === 0) return place;
      place += length;
    }
  }

  /** Returns the offset after the line end at `at`. */
  #nextLine(at: number): number {
    return this.#bytes[at] === RETURN && this.#bytes[at + 1] === LINE_FEED ? at + 2 : at + 1;
  }
}

function isLineEnd(byte: number): boolean {
  return byte === LINE_FEED || byte === RETURN;
}

function lineEnd(bytes: Uint8Array, at: number): number {
  let end = at;
  while (!isLineEnd(bytes[end])) end++;
  return end;
}
