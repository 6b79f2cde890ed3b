/** Decodes a run of images into their columns. */
import { InputError, type InputFault } from "@scratch-nn/core";
import type { ImageShape } from "../dataset/dataset.ts";
import { type DecodedImage, decodeJpeg, decodePng } from "./decoders.ts";
import { requireWholePng } from "./png.ts";
import { parseImageHeader, readImageFile } from "./read-image-header.ts";

/** A job for a thread; plain data. */
export interface DecodeJob {
  readonly paths: readonly string[];
  readonly shape: ImageShape;
  /** [width * height * channels, m] in shared memory: row by row, with the channels of a pixel adjacent. */
  readonly X: Uint8Array;
  /** The column of the first path. */
  readonly column: number;
}

export interface DecodeResult {
  readonly images: number;
  /** The number of images decoded despite a warning, and the first warning. */
  readonly complaints: { readonly count: number; readonly first: string | undefined };
  /** The fault that stopped the job; later images were not read. */
  readonly fault?: InputFault | undefined;
}

/** Decodes the images of a job. Returns a fault as a result, because errors lose their class between threads. */
export async function decodeBlock({ paths, shape, X, column }: DecodeJob): Promise<DecodeResult> {
  const inputs = shape.width * shape.height * shape.channels;
  let count = 0;
  let first: string | undefined;
  for (const [i, path] of paths.entries()) {
    try {
      const { data, complaint } = await decodeImage(path, shape);
      if (complaint !== undefined && count++ === 0) first = `${path}: ${complaint}`;
      copyPixels(data, X.subarray((column + i) * inputs, (column + i + 1) * inputs), shape.channels);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return { images: i, complaints: { count, first }, fault: error.fault };
    }
  }
  return { images: paths.length, complaints: { count, first } };
}

async function decodeImage(path: string, { width, height }: ImageShape): Promise<DecodedImage> {
  const bytes = readImageFile(path);
  // The file may have changed since the survey, so the limits are checked again.
  const header = parseImageHeader(path, bytes);
  if (header?.width !== width || header.height !== height) throw changed(path);
  if (header.format === "PNG") requireWholePng(path, bytes);
  const image = header.format === "PNG" ? await decodePng(path, bytes) : await decodeJpeg(path, bytes);
  if (image.data.length !== 4 * width * height) throw changed(path);
  return image;
}

/** @param rgba four bytes a pixel */
function copyPixels(rgba: Uint8Array | Uint8ClampedArray, target: Uint8Array, channels: 1 | 3): void {
  if (channels === 1) {
    for (let pixel = 0; pixel < target.length; pixel++) target[pixel] = rgba[4 * pixel];
    return;
  }
  for (let from = 0, to = 0; to < target.length; from += 4, to += 3) {
    target[to] = rgba[from];
    target[to + 1] = rgba[from + 1];
    target[to + 2] = rgba[from + 2];
  }
}

function changed(path: string): InputError {
  return new InputError({
    where: path,
    expected: "the image of a moment ago",
    found: "one of another size",
    remedy: "start again when nothing writes to that folder",
  });
}
