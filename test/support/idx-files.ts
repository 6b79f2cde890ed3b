import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** An IDX file's bytes. */
export function idx(dimensions: readonly number[], data: Uint8Array, magic = 0x0800 + dimensions.length): Buffer {
  const header = Buffer.alloc(4 + 4 * dimensions.length);
  header.writeUInt32BE(magic, 0);
  for (const [d, size] of dimensions.entries()) header.writeUInt32BE(size, 4 + 4 * d);
  return Buffer.concat([header, data]);
}

/** Images of `side` x `side` and labels, distinct per example: pixel p of image i is (7 i + p) mod 256. */
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
