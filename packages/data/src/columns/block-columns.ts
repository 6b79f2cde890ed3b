/** A reader of some columns of a block, which looks up their positions once. */
import type { Cell } from "@scratch-nn/core/engine";
import { type CellBlock, placeOf, wordCode, wordCodes } from "../csv/cell-block.ts";

/** Reads cells of some columns of a block: `cell(row, i)` returns the cell of `columns[i]`. */
export class BlockColumns {
  readonly #block: CellBlock;
  readonly #columns: readonly number[];
  /** The index of each column in block.wide; -1 for a column of bytes. */
  readonly #wide: Int32Array;
  readonly #codes: Uint32Array;

  constructor(block: CellBlock, columns: readonly number[]) {
    this.#block = block;
    this.#columns = columns;
    this.#wide = Int32Array.from(columns, (column) => placeOf(block.wide, column));
    this.#codes = wordCodes(block.cells);
  }

  cell(row: number, i: number): Cell {
    const { bytes, columns, cells, wide, words } = this.#block;
    const place = this.#wide[i];
    if (place < 0) return bytes[row * columns + this.#columns[i]];
    const index = row * wide.length + place;
    const value = cells[index];
    if (!Number.isNaN(value)) return value;
    const code = wordCode(this.#codes, index);
    return code < 0 ? undefined : words[place][code];
  }
}
