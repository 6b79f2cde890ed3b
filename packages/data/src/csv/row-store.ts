/** Collects the cells of a block from the parsers, and packs them. */
import { MISSING_WORDS, parseNumber, wordOf } from "@scratch-nn/core/engine";
import { type CellBlock, setWordCode, wordCode, wordCodes } from "./cell-block.ts";
import { decimalMarks, isFormattedNumber, PLAIN, POINT, parseDecimalComma } from "./decimal-marks.ts";
import type { ParseRules } from "./table-layout.ts";
import type { BlockNotes, NotedCell } from "./tally.ts";

/** The largest scratch memory to keep for the next block, in cells. */
const MOST_KEPT_CELLS = 2 << 20;

/** Scratch memory for a block's cells, as bytes and as f64. */
interface Scratch {
  readonly bytes: Uint8Array;
  readonly values: Float64Array;
}

/** Free scratch memory for the next store. */
let spare: Scratch | undefined;

function takeScratch(cells: number): Scratch {
  const scratch = spare;
  if (scratch === undefined || scratch.bytes.length < cells) {
    return { bytes: new Uint8Array(cells), values: new Float64Array(cells) };
  }
  spare = undefined;
  return scratch;
}

/** One array for all columns without words, so that it is sent between threads once. */
const NO_WORDS: readonly string[] = [];

/** The words of a column. */
interface Dictionary {
  /** The distinct words, in order of first appearance. */
  readonly words: string[];
  /** The index in `words` of each text, including its blanks. */
  readonly codes: Map<string, number>;
}

export class RowStore {
  readonly columns: number;
  /** [columns, rows] and more, while all cells are integers from 0 to 255; afterwards undefined, see `values`. */
  bytes: Uint8Array | undefined;
  /** [columns, rows] and more: cells in the format of {@link CellBlock.cells}. */
  readonly values: Float64Array;
  /** Whether a column has anything other than integers from 0 to 255, [columns]. */
  readonly notBytes: Uint8Array;
  readonly lines: Uint32Array;
  /** The bits of decimal-marks.ts for each column, [columns]. */
  readonly marks: Uint8Array;
  /** Whether a comma may be a decimal mark. */
  readonly commas: boolean;
  /** The number of complete rows. */
  rows = 0;
  /** The number of comment lines. */
  comments = 0;
  /** The number of rows that repeat the header; they are skipped. */
  repeatedHeaders = 0;
  readonly #scratch: Scratch;
  readonly #codes: Uint32Array;
  readonly #verbatim: number | undefined;
  /** A dictionary for each column with words. */
  readonly #dictionaries: (Dictionary | undefined)[] = [];
  readonly #marked: (NotedCell & { readonly bits: number })[] = [];
  readonly #formatted = new Map<number, NotedCell & { words: number }>();

  constructor({ columns, delimiter, verbatim }: ParseRules, mostRows: number) {
    this.columns = columns;
    this.#verbatim = verbatim;
    this.#scratch = takeScratch(columns * mostRows);
    this.values = this.#scratch.values;
    this.bytes = verbatim === undefined ? this.#scratch.bytes : undefined;
    this.#codes = wordCodes(this.values);
    this.notBytes = new Uint8Array(columns);
    this.lines = new Uint32Array(new SharedArrayBuffer(4 * mostRows));
    this.commas = delimiter !== ",";
    this.marks = new Uint8Array(columns);
  }

  /** Switches from bytes to f64 cells, and converts the rows so far. */
  widen(): void {
    if (this.bytes === undefined) return;
    this.values.set(this.bytes.subarray(0, this.rows * this.columns));
    if (this.rows > 0) this.marks.fill(PLAIN);
    this.bytes = undefined;
  }

  /** Stores a cell of the current row from its text. Only after {@link widen}. */
  text(column: number, text: string, line: number): void {
    const index = this.rows * this.columns + column;
    // A lookup of a known text is faster than parsing it.
    const known = this.#dictionaries[column]?.codes.get(text);
    const isText = known !== undefined || column === this.#verbatim;
    const value = isText ? undefined : this.#numberIn(text);
    if (value === undefined) {
      setWordCode(this.#codes, index, known ?? this.#learn(column, text, line));
    } else {
      this.#noteMarks(column, text, line);
      this.values[index] = value;
      if (value !== (value & 255)) this.notBytes[column] = 1;
    }
  }

  #numberIn(text: string): number | undefined {
    return parseNumber(text) ?? (this.commas ? parseDecimalComma(text) : undefined);
  }

  /** Notes the decimal mark of a number, with its cell if a message may need it. */
  #noteMarks(column: number, text: string, line: number): void {
    const bits = decimalMarks(text);
    if ((this.marks[column] & bits) === bits) return;
    this.marks[column] |= bits;
    if (bits === PLAIN || (!this.commas && bits !== POINT)) return;
    this.#marked.push({ column, line, text: text.trim(), bits });
  }

  /** Returns the code of a new text that is no number; -1 for a missing cell. */
  #learn(column: number, text: string, line: number): number {
    this.notBytes[column] = 1;
    const trimmed = text.trim();
    if (column !== this.#verbatim && MISSING_WORDS.has(trimmed)) return -1;
    const { words, codes } = this.#dictionaryOf(column);
    // "a" and " a" are the same word.
    const word = column === this.#verbatim ? trimmed : wordOf(trimmed);
    let code = codes.get(word);
    if (code === undefined) {
      code = words.push(word) - 1;
      codes.set(word, code);
      if (column !== this.#verbatim && isFormattedNumber(word)) this.#noteFormatted({ column, line, text: word });
    }
    codes.set(text, code);
    return code;
  }

  #dictionaryOf(column: number): Dictionary {
    const known = this.#dictionaries[column] ?? { words: [], codes: new Map() };
    this.#dictionaries[column] = known;
    return known;
  }

  #noteFormatted(cell: NotedCell): void {
    const first = this.#formatted.get(cell.column);
    if (first === undefined) this.#formatted.set(cell.column, { ...cell, words: 1 });
    else first.words++;
  }

  /** Ends the current row. */
  endRow(line: number): void {
    this.lines[this.rows++] = line;
  }

  get notes(): BlockNotes {
    const { comments, repeatedHeaders } = this;
    // Rows of bytes have no marks.
    if (this.bytes !== undefined && this.rows > 0) this.marks.fill(PLAIN);
    const formatted = [...this.#formatted.values()];
    return { comments, repeatedHeaders, bits: this.marks, marks: this.#marked, formatted };
  }

  /** Packs the rows into a block. The store must not be used afterwards. */
  pack(): CellBlock {
    const { columns, rows, values } = this;
    const lines = this.lines.subarray(0, rows);
    if (values.length <= MOST_KEPT_CELLS) spare = this.#scratch;
    const bytes = new Uint8Array(new SharedArrayBuffer(columns * rows));
    if (this.bytes !== undefined) {
      bytes.set(this.bytes.subarray(0, bytes.length));
      return { rows, columns, lines, bytes, wide: [], cells: new Float64Array(0), words: [] };
    }
    const wide: number[] = [];
    for (let column = 0; column < columns; column++) if (this.notBytes[column]) wide.push(column);
    if (wide.length < columns) for (let i = 0; i < bytes.length; i++) bytes[i] = values[i];
    const cells = this.#pickWide(wide, bytes);
    const words = wide.map((column) => this.#dictionaries[column]?.words ?? NO_WORDS);
    return { rows, columns, lines, bytes, wide, cells, words };
  }

  /** Copies the cells of the wide columns, and sets their bytes to 0. */
  #pickWide(wide: readonly number[], bytes: Uint8Array): Float64Array {
    const { columns, rows, values } = this;
    const cells = new Float64Array(new SharedArrayBuffer(8 * wide.length * rows));
    if (wide.length === columns) {
      cells.set(values.subarray(0, cells.length));
      return cells;
    }
    const codes = wordCodes(cells);
    let to = 0;
    for (let row = 0; row < rows; row++) {
      for (const column of wide) {
        const from = row * columns + column;
        const value = values[from];
        if (Number.isNaN(value)) setWordCode(codes, to, wordCode(this.#codes, from));
        else cells[to] = value;
        bytes[from] = 0;
        to++;
      }
    }
    return cells;
  }
}
