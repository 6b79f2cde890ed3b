import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";

/** Encodes an IDX file. */
export function idx(dimensions: readonly number[], data: Uint8Array, magic = 0x0800 + dimensions.length): Buffer {
  const header = Buffer.alloc(4 + 4 * dimensions.length);
  header.writeUInt32BE(magic, 0);
  for (const [d, size] of dimensions.entries()) header.writeUInt32BE(size, 4 + 4 * d);
  return Buffer.concat([header, data]);
}

/** The types that IDX defines, with the function that writes a value. */
export const IDX_TYPES = {
  u8: { code: 0x08, bytes: 1, write: (view: DataView, at: number, value: number) => view.setUint8(at, value) },
  i8: { code: 0x09, bytes: 1, write: (view: DataView, at: number, value: number) => view.setInt8(at, value) },
  i16: { code: 0x0b, bytes: 2, write: (view: DataView, at: number, value: number) => view.setInt16(at, value) },
  i32: { code: 0x0c, bytes: 4, write: (view: DataView, at: number, value: number) => view.setInt32(at, value) },
  f32: { code: 0x0d, bytes: 4, write: (view: DataView, at: number, value: number) => view.setFloat32(at, value) },
  f64: { code: 0x0e, bytes: 8, write: (view: DataView, at: number, value: number) => view.setFloat64(at, value) },
} as const;

export type IdxTypeName = keyof typeof IDX_TYPES;

/** Encodes an IDX file of any type. */
export function idxOf(type: IdxTypeName, dimensions: readonly number[], values: ArrayLike<number>): Buffer {
  const { code, bytes, write } = IDX_TYPES[type];
  const data = Buffer.alloc(values.length * bytes);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let i = 0; i < values.length; i++) write(view, i * bytes, values[i]);
  return idx(dimensions, data, (code << 8) | dimensions.length);
}

/** Writes files, gzipped if their names end in .gz. @returns the folder */
export function writeFiles(folder: string, files: Readonly<Record<string, Buffer>>): string {
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), name.endsWith(".gz") ? gzipSync(bytes) : bytes);
  }
  return folder;
}

/** Creates images of `side` x `side` and labels. Pixel p of image i is (7 i + p) mod 256, so that examples differ. */
export function someImages(count: number, side: number, classes: number): { images: Buffer; labels: Buffer } {
  const pixels = side * side;
  const images = Uint8Array.from({ length: count * pixels }, (_, at) => 7 * Math.floor(at / pixels) + (at % pixels));
  const labels = Uint8Array.from({ length: count }, (_, i) => i % classes);
  return { images: idx([count, side, side], images), labels: idx([count], labels) };
}

/** Writes a small dataset under MNIST's names. @returns the folder */
export function writeIdxFolder(
  folder: string,
  options: { gzip?: boolean; train?: number; test?: number } = {},
): string {
  const write = (name: string, bytes: Buffer): void => {
    writeFileSync(join(folder, options.gzip ? `${name}.gz` : name), options.gzip ? gzipSync(bytes) : bytes);
  };
  const sets: readonly (readonly [string, number])[] = [
    ["train", options.train ?? 30],
    ["t10k", options.test ?? 10],
  ];
  for (const [prefix, count] of sets) {
    if (count === 0) continue;
    const { images, labels } = someImages(count, 4, 5);
    write(`${prefix}-images-idx3-ubyte`, images);
    write(`${prefix}-labels-idx1-ubyte`, labels);
  }
  return folder;
}
