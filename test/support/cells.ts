/** Reads tables as cells. */
import { InputError } from "@scratch-nn/core";
import type { Cell } from "@scratch-nn/core/engine";
import { cellAt, readTable, type Table, type TableOptions } from "@scratch-nn/data";
import { writeTable } from "./tables.ts";

/** All cells, row by row. */
export function cellsOf({ blocks, layout }: Table): Cell[][] {
  return blocks.flatMap((block) =>
    Array.from({ length: block.rows }, (_, row) => layout.names.map((_, column) => cellAt(block, row, column))),
  );
}

/** The line on which each row begins. */
export function linesOf({ blocks }: Table): number[] {
  return blocks.flatMap((block) => [...block.lines]);
}

export function readTableText(text: string | Uint8Array, options: TableOptions = {}): Promise<Table> {
  return readTable(writeTable(text), options);
}

/** The cells of a text. */
export async function cellsOfText(text: string | Uint8Array, options: TableOptions = {}): Promise<Cell[][]> {
  return cellsOf(await readTableText(text, options));
}

/** The error message for a text that is refused. @throws Error if the text is accepted, or any other error */
export async function refusalOf(text: string | Uint8Array, options: TableOptions = {}): Promise<string> {
  try {
    const { rows } = await readTableText(text, options);
    throw new Error(`${rows} rows were read`);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.message;
  }
}
