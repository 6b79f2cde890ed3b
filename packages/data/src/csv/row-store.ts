/** Where parsers put the cells of a block, and what it makes of them. */
import { MISSING_WORDS, parseNumber } from "@scratch-nn/core";
import { type CellBlock, setWordCode, wordCode, wordCodes } from "./cell-block.ts";
import { parseDecimalComma } from "./decimal-comma.ts";

/** What a block says about its columns beyond its cells: judged over all blocks, see tally.ts. Plain data. */
export interface BlockNotes {
  /** Lines that were skipped for their #. */
  readonly comments: number;
  /** Rows that repeated the header, and were skipped. */
  readonly repeatedHeaders: number;
}

/** The largest scratch memory that is kept for the next block. */
const MOST_KEPT_CELLS = 2 << 20;
let kept = new Float64Array(0);

export class RowStore {
  readonly columns: number;
  /** [columns, rows]: cells as in {@link CellBlock.cells}. */
  readonly values: Float64Array;
  /** Whether a column has something else than whole numbers from 0 to 255, [columns]. */
  readonly notBytes: Uint8Array;
  readonly lines: Uint32Array;
  /** Rows that are complete. */
  rows = 0;
  /** Lines that were skipped for their #. */
  comments = 0;
  /** Rows that repeated the header, and were skipped. */
  repeatedHeaders = 0;
  readonly #codes: Uint32Array;
  /** For each column with words or missing cells: what was written there, and the code it got. */
  readonly #known: (Map<string, number> | undefined)[] = [];
  readonly #words: (string[] | undefined)[] = [];
  readonly #commas: boolean;

  /** @param commas whether a comma may be a decimal point */
  constructor(columns: number, mostRows: number, commas: boolean) {
    this.columns = columns;
    const cells = columns * mostRows;
    if (kept.length < cells) {
      const scratch = new Float64Array(cells);
      if (cells <= MOST_KEPT_CELLS) kept = scratch;
      this.values = scratch;
    } else {
      this.values = kept.subarray(0, cells);
    }
    this.#codes = wordCodes(this.values);
    this.notBytes = new Uint8Array(columns);
    this.lines = new Uint32Array(new SharedArrayBuffer(4 * mostRows));
    this.#commas = commas;
  }

  /** Takes the cell of a column of the row under way: any text. */
  text(column: number, text: string): void {
    const index = this.rows * this.columns + column;
    const value = this.#numberIn(text);
    if (value === undefined) {
      setWordCode(this.#codes, index, this.#known[column]?.get(text) ?? this.#learn(column, text));
    } else {
      this.values[index] = value;
      if (value !== (value & 255)) this.notBytes[column] = 1;
    }
  }

  #numberIn(text: string): number | undefined {
    return parseNumber(text) ?? (this.#commas ? parseDecimalComma(text) : undefined);
  }

  #learn(column: number, text: string): number {
    const trimmed = text.trim();
    this.notBytes[column] = 1;
    let known = this.#known[column];
    let words = this.#words[column];
    if (known === undefined || words === undefined) {
      known = this.#known[column] = new Map();
      words = this.#words[column] = [];
    }
    // "a" and " a" are one word.
    let code = MISSING_WORDS.has(trimmed) ? -1 : known.get(trimmed);
    if (code === undefined) {
      code = words.push(trimmed) - 1;
      known.set(trimmed, code);
    }
    known.set(text, code);
    return code;
  }

  /** Ends the row under way. */
  endRow(line: number): void {
    this.lines[this.rows++] = line;
  }

  get notes(): BlockNotes {
    const { comments, repeatedHeaders } = this;
    return { comments, repeatedHeaders };
  }

  /** The rows as a block. */
  pack(): CellBlock {
    const { columns, rows, values } = this;
    const wide: number[] = [];
    for (let column = 0; column < columns; column++) if (this.notBytes[column]) wide.push(column);
    const bytes = new Uint8Array(new SharedArrayBuffer(columns * rows));
    if (wide.length < columns) for (let i = 0; i < bytes.length; i++) bytes[i] = values[i];
    return {
      rows,
      columns,
      lines: this.lines.subarray(0, rows),
      bytes,
      wide,
      cells: this.#pickWide(wide, bytes),
      words: wide.map((column) => this.#words[column] ?? []),
    };
  }

  /** The cells of the wide columns; their bytes become 0. */
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
