/** Arrays by name, as files of weights hold them. */
import { excerpt, Field } from "@scratch-nn/core/engine";

/** An array in a file: where its bytes are is checked, what they say is not. */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  /** What its numbers are, as the file says it: "F32", "<f4". */
  readonly type: string;
  /**
   * Its numbers, row after row.
   * @throws InputError naming the array, where they are of a type that no weights have
   */
  read(): Float32Array | Float64Array;
}

/** The arrays of a file, their names all different. */
export interface ArrayFile {
  /** Its name, for errors. */
  readonly where: string;
  readonly format: "npz" | "safetensors";
  readonly arrays: readonly NamedArray[];
  /** What the file says of the model besides its arrays; undefined where nothing of that name is there. */
  readonly says: ((name: string) => Field) | undefined;
}

/** What an error says besides, where nothing better is known. */
const REMEDY = "pass weights of dense layers, saved as safetensors or npz";

/** An array's place in a file, to complain about. */
export function placeOf({ where }: Pick<ArrayFile, "where">, name: string, remedy = REMEDY): Field {
  return new Field({ where: `${where}, ${excerpt(name)}`, remedy }, undefined);
}

/** The number of elements of an array. @returns Infinity where no array has so many */
export function sizeOf(shape: readonly number[]): number {
  const size = shape.reduce((product, length) => product * length, 1);
  return Number.isSafeInteger(size) ? size : Number.POSITIVE_INFINITY;
}

export const describeShape = (shape: readonly number[]): string =>
  shape.length > 8 ? `${shape.length} dimensions` : `[${shape.join(", ")}]`;
