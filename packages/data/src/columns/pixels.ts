/** Recognises and copies features that are pixels. */
import type { CellBlock } from "../csv/cell-block.ts";
import type { TableRows } from "./column-values.ts";

/** The least columns from which bytes are pixels whatever their names. */
const MANY_COLUMNS = 200;
/** Pixels must exceed this value somewhere: smaller integers may be counts or grades. */
const WELL_ABOVE = 16;

const NAME = /^(pixel|pix|px)[\W_]*\d+([\W_x]+\d+)*$|^\d+x\d+(x\d+)?$/i;

/** Whether a name is usual for a pixel: pixel0, px_12, 28x28. */
export function pixelName(name: string): boolean {
  return NAME.test(name);
}

/**
 * Whether features are pixels: integers from 0 to 255 in every row, some above 16, and either all named like pixels or
 * at least 200 columns.
 * @param names of the features; positions if there is no header
 */
export function arePixels(table: TableRows, features: readonly number[], names: readonly string[]): boolean {
  if (!(features.length >= MANY_COLUMNS || (features.length > 0 && names.every(pixelName)))) return false;
  return areBytes(table, features) && largestOf(table, features) > WELL_ABOVE;
}

/** Whether all features are integers from 0 to 255 in every row. */
export function areBytes({ blocks }: TableRows, features: readonly number[]): boolean {
  const isFeature = new Set(features);
  return blocks.every(({ wide }) => wide.every((column) => !isFeature.has(column)));
}

function largestOf({ blocks }: TableRows, features: readonly number[]): number {
  let largest = 0;
  for (const { bytes, columns, rows } of blocks) {
    for (let row = 0; row < rows; row++) {
      for (const column of features) largest = Math.max(largest, bytes[row * columns + column]);
    }
    if (largest > WELL_ABOVE) return largest;
  }
  return largest;
}

/** Copies the features of a row, all of them bytes, to X[at ..]. */
export function copyBytes(
  { bytes, columns }: CellBlock,
  row: number,
  features: readonly number[],
  X: Uint8Array,
  at: number,
): void {
  const first = row * columns;
  for (let i = 0; i < features.length; i++) X[at + i] = bytes[first + features[i]];
}
