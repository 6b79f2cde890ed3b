/** Encodes rows of tables into columns of X. */

import type { Preprocessing } from "@scratch-nn/core";
import { InputError, type RowEncoder, rowEncoder } from "@scratch-nn/core";
import { type Cell, inputsOf } from "@scratch-nn/core/engine";
import type { CellBlock } from "../csv/cell-block.ts";
import type { Table } from "../csv/gather-table.ts";
import { BlockColumns } from "./block-columns.ts";
import { forEachRow } from "./column-values.ts";
import { areBytes, copyBytes } from "./pixels.ts";

/** The rows of one table to encode. */
export interface TablePart {
  readonly table: Table;
  /** The rows to encode, ascending. */
  readonly rows: Uint32Array;
  /** Classes: the class of each row, [rows], and `values` is empty. Else `values` has the labels, [columns, rows]. */
  readonly labels: Uint16Array;
  readonly values: Float64Array;
  /** For each of preprocessing.columns, the index of the table's column. */
  readonly places: readonly number[];
}

/** Whether the network takes the raw bytes of these parts unchanged. */
export function areRawBytes({ encoders }: Preprocessing, parts: readonly TablePart[]): boolean {
  const isRaw = encoders.length === 1 && encoders[0].kind === "pixels" && inputsOf(encoders[0]) > 0;
  return isRaw && parts.every(({ table, places }) => areBytes(table, places));
}

/**
 * Encodes the rows of the parts, one part after another.
 * @param X [inputs, rows of all parts]; bytes only if {@link areRawBytes}
 * @yields after every 4096 rows, so that the caller can do other work
 * @throws InputError that names file, line and column of a cell that cannot be encoded
 */
export function* encodeRows(
  parts: readonly TablePart[],
  preprocessing: Preprocessing,
  X: Uint8Array | Float32Array,
): Generator<void, void> {
  const encoder = rowEncoder(preprocessing);
  let at = 0;
  for (const part of parts) {
    const write = X instanceof Uint8Array ? byteWriter(part, X) : cellWriter(part, encoder, X);
    const { rows } = part;
    for (let from = 0; from < rows.length; from += ROWS_AT_A_TIME) {
      const some = rows.subarray(from, from + ROWS_AT_A_TIME);
      forEachRow(part.table, some, (block, row) => {
        write(block, row, at);
        at += encoder.inputs;
      });
      yield;
    }
  }
}

/** Some milliseconds of work for a hundred columns. */
const ROWS_AT_A_TIME = 4096;

type WriteRow = (block: CellBlock, row: number, at: number) => void;

function byteWriter({ places }: TablePart, X: Uint8Array): WriteRow {
  return (block, row, at) => copyBytes(block, row, places, X, at);
}

function cellWriter({ table, places }: TablePart, encoder: RowEncoder, X: Float32Array): WriteRow {
  let of: CellBlock | undefined;
  let write: (row: number, at: number) => void;
  return (block, row, at) => {
    if (block !== of) {
      of = block;
      write = blockEncoder(block, places, encoder, X, table.where);
    }
    write(row, at);
  };
}

/** @returns a function that writes the inputs of a row of the block to X[at ..] */
export function blockEncoder(
  block: CellBlock,
  places: readonly number[],
  encoder: RowEncoder,
  X: Float32Array,
  where: string,
): (row: number, at: number) => void {
  const reader = new BlockColumns(block, places);
  const cells = new Array<Cell>(places.length);
  return (row, at) => {
    for (let i = 0; i < places.length; i++) cells[i] = reader.cell(row, i);
    try {
      encoder.encode(cells, X, at);
    } catch (cause) {
      throw located(cause, `${where}:${block.lines[row]}`);
    }
  };
}

/** Adds the location in the file to an InputError. */
export function located(cause: unknown, where: string): unknown {
  if (!(cause instanceof InputError)) return cause;
  return new InputError({ ...cause.fault, where: `${where}, ${cause.fault.where}` }, { cause });
}
