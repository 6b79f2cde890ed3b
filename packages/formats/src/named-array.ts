/** Named arrays, as files of weights contain them. */
import { excerpt, Field } from "@scratch-nn/core/engine";

/** An array in a file. The range of its bytes is checked; its numbers are not. */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  /** The element type, as in the file: "F32", "<f4". */
  readonly type: string;
  /**
   * Reads the numbers, row after row.
   * @throws InputError naming the array if its type is not one of weights
   */
  read(): Float32Array | Float64Array;
}

/** A file of arrays with distinct names. */
export interface ArrayFile {
  /** The file's name, for errors. */
  readonly where: string;
  readonly format: "npz" | "safetensors";
  readonly arrays: readonly NamedArray[];
  /** Reads the file's description of its model, by name; undefined if the file has no description. */
  readonly says: ((name: string) => Field) | undefined;
}

/** The default remedy of errors. */
const REMEDY = "pass weights of dense layers, saved as safetensors or npz";

/** An array's place in a file, for errors. */
export function placeOf({ where }: Pick<ArrayFile, "where">, name: string, remedy = REMEDY): Field {
  return new Field({ where: `${where}, ${excerpt(name)}`, remedy }, undefined);
}

/** The number of elements of an array. @returns Infinity if it is not a safe integer */
export function sizeOf(shape: readonly number[]): number {
  const size = shape.reduce((product, length) => product * length, 1);
  return Number.isSafeInteger(size) ? size : Number.POSITIVE_INFINITY;
}

export const describeShape = (shape: readonly number[]): string =>
  shape.length > 8 ? `${shape.length} dimensions` : `[${shape.join(", ")}]`;
