/** A block of parsed rows of a table: plain data over shared memory. */
import type { Cell } from "@scratch-nn/core/engine";

export interface CellBlock {
  readonly rows: number;
  readonly columns: number;
  /** The line at which each row begins, from 1, [rows]. */
  readonly lines: Uint32Array;
  /** [columns, rows], row by row: the values of columns that hold only integers from 0 to 255; 0 in other columns. */
  readonly bytes: Uint8Array;
  /** The indices of the other columns, ascending. */
  readonly wide: readonly number[];
  /**
   * The cells of the wide columns, [wide.length, rows], row by row. A number is stored as such. Any other cell is a NaN
   * whose low 32 bits hold a code: see {@link wordCodes}. Copy cells from one Float64Array to another with `set` or
   * `slice`, never one by one: a NaN in a variable may lose its bits.
   */
  readonly cells: Float64Array;
  /** For each wide column, its distinct words in this block, trimmed, in order of first appearance. */
  readonly words: readonly (readonly string[])[];
}

/** The high word of a NaN. */
const NAN = 0x7ff80000;

const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const LOW = LITTLE_ENDIAN ? 0 : 1;

/**
 * Returns the bits of cells, two 32-bit words each. If `cells[i]` is NaN, its low word is 0 for a missing cell, else
 * 1 + the index of its word in the column's list.
 */
export function wordCodes(cells: Float64Array): Uint32Array {
  return new Uint32Array(cells.buffer, cells.byteOffset, 2 * cells.length);
}

/** @param codes from {@link wordCodes} @returns the index of the word in the column's list; -1 if missing */
export function wordCode(codes: Uint32Array, index: number): number {
  return codes[2 * index + LOW] - 1;
}

/** Writes the index of a word, or -1 for a missing cell. */
export function setWordCode(codes: Uint32Array, index: number, code: number): void {
  codes[2 * index + LOW] = code + 1;
  codes[2 * index + 1 - LOW] = NAN;
}

/** Returns the content of a cell. For single cells and tests; loops over many cells use `bytes`, `cells` and codes. */
export function cellAt(block: CellBlock, row: number, column: number): Cell {
  const place = placeOf(block.wide, column);
  if (place < 0) return block.bytes[row * block.columns + column];
  const index = row * block.wide.length + place;
  const value = block.cells[index];
  if (!Number.isNaN(value)) return value;
  const code = wordCode(wordCodes(block.cells), index);
  return code < 0 ? undefined : block.words[place][code];
}

/** Returns the index of a column in an ascending list, or -1. Binary search. */
export function placeOf(ascending: readonly number[], column: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < column) low = middle + 1;
    else high = middle;
  }
  return ascending[low] === column ? low : -1;
}

/** Returns the size of a block in bytes; that of its words is an estimate. */
export function bytesOf(block: CellBlock): number {
  let bytes = block.bytes.byteLength + block.cells.byteLength + block.lines.byteLength;
  for (const words of block.words) for (const word of words) bytes += 32 + word.length;
  return bytes;
}
