/** Writes files of arrays byte by byte, as other programs would. */
import { type Zippable, zipSync } from "fflate";
import { joinModel } from "./model-files.ts";

/** An array that a test specifies. */
export interface WrittenArray {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  /** "F32" in safetensors, "<f4" in an npz. */
  readonly type?: string;
  readonly isFortranOrder?: boolean;
}

const SETTERS: Readonly<
  Record<string, readonly [bytes: number, set: (view: DataView, at: number, x: number) => void]>
> = {
  F32: [4, (view, at, x) => view.setFloat32(at, x, true)],
  F64: [8, (view, at, x) => view.setFloat64(at, x, true)],
  // The values are the bits.
  F16: [2, (view, at, x) => view.setUint16(at, x, true)],
  BF16: [2, (view, at, x) => view.setUint16(at, x, true)],
  I64: [8, (view, at, x) => view.setBigInt64(at, BigInt(x), true)],
  "<f4": [4, (view, at, x) => view.setFloat32(at, x, true)],
  ">f4": [4, (view, at, x) => view.setFloat32(at, x, false)],
  "<f8": [8, (view, at, x) => view.setFloat64(at, x, true)],
  ">f8": [8, (view, at, x) => view.setFloat64(at, x, false)],
  "<f2": [2, (view, at, x) => view.setUint16(at, x, true)],
  "<i8": [8, (view, at, x) => view.setBigInt64(at, BigInt(x), true)],
};

export function numberBytes(type: string, values: readonly number[]): Uint8Array {
  const [size, set] = SETTERS[type];
  const bytes = new Uint8Array(size * values.length);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) set(view, i * size, value);
  return bytes;
}

/** Writes arrays like safetensors' save_file, in the order given. */
export function safetensorsOf(
  arrays: Readonly<Record<string, WrittenArray>>,
  metadata?: Record<string, string>,
): Uint8Array {
  let offset = 0;
  const header: Record<string, unknown> = metadata === undefined ? {} : { __metadata__: metadata };
  const data = Object.entries(arrays).map(([name, { shape, values, type = "F32" }]) => {
    const bytes = numberBytes(type, values);
    header[name] = { dtype: type, shape, data_offsets: [offset, offset + bytes.length] };
    offset += bytes.length;
    return bytes;
  });
  return joinModel(header, Buffer.concat(data));
}

/** Writes an array like NumPy, or with another header, which need not be valid. */
export function npyOf(
  { shape, values, type = "<f4", isFortranOrder = false }: WrittenArray,
  header?: string,
): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const order = isFortranOrder ? "True" : "False";
  const text = `${header ?? `{'descr': '${type}', 'fortran_order': ${order}, 'shape': ${tuple}, }`}\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(text.length);
  return Buffer.concat([
    Buffer.from("\x93NUMPY\x01\x00", "latin1"),
    length,
    Buffer.from(text, "latin1"),
    numberBytes(type, values),
  ]);
}

/** @param level 0 to store, as numpy.savez does; 6 to deflate, as numpy.savez_compressed does */
export function zipOf(files: Readonly<Record<string, Uint8Array>>, level: 0 | 6 = 0): Uint8Array {
  return zipSync(files as Zippable, { level, mtime: new Date(2000, 0, 1) });
}

export function npzOf(arrays: Readonly<Record<string, WrittenArray>>, level: 0 | 6 = 0): Uint8Array {
  const files = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, npyOf(array)] as const);
  return zipOf(Object.fromEntries(files), level);
}

/** The offset of an entry's record in a zip file's central directory. @param k from 0 */
export function directoryEntry(zip: Uint8Array, k: number): number {
  let at = -1;
  for (let i = 0; i <= k; i++) at = Buffer.from(zip).indexOf("PK\x01\x02", at + 1, "latin1");
  return at;
}
