/** Some rows of a table, parsed: plain data over shared memory. */
import type { Cell } from "@scratch-nn/core/engine";

export interface CellBlock {
  readonly rows: number;
  readonly columns: number;
  /** The line that each row begins at, from 1, [rows]. */
  readonly lines: Uint32Array;
  /** [columns, rows], a row after another: the columns that hold whole numbers from 0 to 255 only; 0 for the others. */
  readonly bytes: Uint8Array;
  /** The other columns, ascending. */
  readonly wide: readonly number[];
  /**
   * [wide.length, rows], a row after another. A number is itself; anything else is NaN, and the low 32 bits of
   * that NaN say what: see {@link wordCodes}. Copy such cells from one Float64Array to another with `set` or `slice`,
   * never one by one: a NaN that passes through a variable may lose its bits.
   */
  readonly cells: Float64Array;
  /** For each wide column its distinct words in this block, trimmed, in the order in which they came. */
  readonly words: readonly (readonly string[])[];
}

/** The high word of a NaN's bits. */
const NAN = 0x7ff80000;

const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const LOW = LITTLE_ENDIAN ? 0 : 1;

/**
 * The bits of cells, two words each. Where `cells[i]` is NaN, its low word is 0 for a missing
 * cell, else 1 + the place of its word in the column's list.
 */
export function wordCodes(cells: Float64Array): Uint32Array {
  return new Uint32Array(cells.buffer, cells.byteOffset, 2 * cells.length);
}

/** @param codes from {@link wordCodes} @returns the word's place in the column's list; -1: missing */
export function wordCode(codes: Uint32Array, index: number): number {
  return codes[2 * index + LOW] - 1;
}

/** Writes a word's place, or -1 for a missing cell. */
export function setWordCode(codes: Uint32Array, index: number, code: number): void {
  codes[2 * index + LOW] = code + 1;
  codes[2 * index + 1 - LOW] = NAN;
}

/** What stands in a cell. For single cells and tests; loops over many look at `bytes`, `cells` and the codes. */
export function cellAt(block: CellBlock, row: number, column: number): Cell {
  const place = placeOf(block.wide, column);
  if (place < 0) return block.bytes[row * block.columns + column];
  const index = row * block.wide.length + place;
  const value = block.cells[index];
  if (!Number.isNaN(value)) return value;
  const code = wordCode(wordCodes(block.cells), index);
  return code < 0 ? undefined : block.words[place][code];
}

/** The place of a column among ascending ones, or -1. */
export function placeOf(ascending: readonly number[], column: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < column) low = middle + 1;
    else high = middle;
  }
  return ascending[low] === column ? low : -1;
}

/** How many bytes a block holds, its words' strings guessed. */
export function bytesOf(block: CellBlock): number {
  let bytes = block.bytes.byteLength + block.cells.byteLength + block.lines.byteLength;
  for (const words of block.words) for (const word of words) bytes += 32 + word.length;
  return bytes;
}
