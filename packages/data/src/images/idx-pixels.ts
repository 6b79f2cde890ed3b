/** Reads pixels from IDX files: integers from 0 to 255 stay bytes, other numbers are standardised. */

import { InputError, type Preprocessing } from "@scratch-nn/core";
import { allocateFeatures, type OnAllocate } from "../dataset/dataset.ts";
import { forEachValue, type IdxFile, openIdx, readBlocks } from "./idx-data.ts";
import { shapeOf, UNSIGNED_BYTES } from "./idx-header.ts";
import { pixelBytes, pixelNumbers } from "./image-dataset.ts";
import { PixelMoments } from "./pixel-moments.ts";

/** The part of a file to read: its first `count` images become the columns from `column` on. */
export interface PixelPart {
  readonly idx: IdxFile;
  readonly count: number;
  readonly column: number;
}

export interface Pixels {
  /** [inputs, m], in shared memory. */
  readonly X: Uint8Array | Float32Array;
  readonly preprocessing: Preprocessing;
}

/** @throws InputError if the file has fewer than two dimensions; the first one counts the images */
export async function openImages(path: string): Promise<IdxFile> {
  const idx = await openIdx(path);
  const { sizes, type } = idx.header;
  if (sizes.length > 1) return idx;
  throw new InputError({
    where: path,
    expected: "images, of two dimensions or more (60000 x 28 x 28)",
    found: `${shapeOf(sizes)} ${type.name}`,
    remedy: "check that it is not the labels",
  });
}

/** The number of values of one image: the product of all dimensions but the first. */
export const inputsOfImage = ({ header }: IdxFile): number => header.values / header.sizes[0];

/**
 * Reads all parts into one matrix.
 * @param train the columns from which to compute mean and deviation, if the pixels are not bytes
 * @throws InputError that names a pixel that is not finite, or a part whose values are of another kind
 */
export async function readPixels(
  parts: readonly PixelPart[],
  train: Uint32Array,
  classes: number,
  onAllocate: OnAllocate | undefined,
): Promise<Pixels> {
  const inputs = inputsOfImage(parts[0].idx);
  const m = parts.reduce((sum, { count }) => sum + count, 0);
  const allocate = (type: "bytes" | "floats") =>
    allocateFeatures(parts[0].idx.file.path, inputs, m, type, classes, onAllocate);
  const numbers = parts.every(isBytes) ? undefined : await surveyParts(parts, inputs, train);
  if (numbers === undefined) {
    const X = allocate("bytes") as Uint8Array;
    for (const part of parts) await fillBytes(part, X, inputs);
    return { X, preprocessing: pixelBytes(inputs) };
  }
  const { mean } = numbers;
  const deviation = numbers.deviation();
  const wild = deviation.findIndex((value, pixel) => !Number.isFinite(value + mean[pixel]));
  if (wild !== -1) throw tooWide(parts[0], wild);
  const X = allocate("floats") as Float32Array;
  for (const part of parts) {
    await forEachValue(part.idx, part.count * inputs, (value, place) => {
      const pixel = place % inputs;
      const z = Math.fround((value - mean[pixel]) / deviation[pixel]);
      if (!Number.isFinite(z)) throw outOfRange(part, place, value);
      X[part.column * inputs + place] = z;
    });
  }
  return { X, preprocessing: pixelNumbers(mean, deviation) };
}

/**
 * Examines all values before memory is allocated.
 * @returns the moments to standardise with, or undefined if all values are integers from 0 to 255
 */
async function surveyParts(
  parts: readonly PixelPart[],
  inputs: number,
  train: Uint32Array,
): Promise<PixelMoments | undefined> {
  const isTrain = new Uint8Array(parts.reduce((sum, { count }) => sum + count, 0));
  for (const column of train) isTrain[column] = 1;
  const moments = new PixelMoments(inputs);
  const areBytes: boolean[] = [];
  for (const part of parts) {
    let bytes = true;
    await forEachValue(part.idx, part.count * inputs, (value, place) => {
      if (!Number.isFinite(value)) throw outOfRange(part, place, value);
      bytes &&= isByte(value);
      if (isTrain[part.column + Math.floor(place / inputs)]) moments.add(place % inputs, value);
    });
    areBytes.push(bytes);
  }
  if (!areBytes.includes(false)) return undefined;
  requireOneKind(parts, areBytes);
  return moments;
}

/** Whether the type of the file is unsigned bytes. */
export const isBytes = ({ idx }: { readonly idx: IdxFile }): boolean => idx.header.type === UNSIGNED_BYTES;

/** Whether a value is an integer from 0 to 255. */
export const isByte = (value: number): boolean => value >= 0 && value <= 255 && Number.isInteger(value);

/** Copies or converts values that are known to be integers from 0 to 255. */
export async function fillBytes(part: PixelPart, X: Uint8Array, inputs: number): Promise<void> {
  const { idx, count } = part;
  let at = part.column * inputs;
  if (isBytes(part)) {
    for await (const block of readBlocks(idx, count * inputs)) {
      X.set(block, at);
      at += block.length;
    }
  } else {
    await forEachValue(idx, count * inputs, (value) => {
      X[at++] = value;
    });
  }
}

/** Refuses parts of different type and kind: bytes and other numbers have different scales. */
function requireOneKind(parts: readonly PixelPart[], areBytes: readonly boolean[]): void {
  const [train] = parts;
  const other = parts.findIndex(
    ({ idx }, i) => idx.header.type !== train.idx.header.type && areBytes[i] !== areBytes[0],
  );
  if (other === -1) return;
  const kindOf = (i: number): string =>
    `${areBytes[i] ? "whole numbers from 0 to 255" : "other numbers"}, ${parts[i].idx.header.type.name},`;
  throw new InputError({
    where: parts[other].idx.file.path,
    expected: `${kindOf(0)} like the images to train on`,
    found: kindOf(other).replace(/,$/, ""),
    remedy: "write both files with the same scale and type",
  });
}

/** @param place the index of the value in the file, from 0 */
export function outOfRange({ idx }: { readonly idx: IdxFile }, place: number, value: number): InputError {
  const inputs = inputsOfImage(idx);
  return new InputError({
    where: idx.file.path,
    expected: "finite numbers, of a range that 32 bits hold once standardised",
    found: `${value} (image ${Math.floor(place / inputs) + 1}, pixel ${(place % inputs) + 1})`,
    remedy: "replace it, or leave that image out",
  });
}

function tooWide({ idx }: PixelPart, pixel: number): InputError {
  return new InputError({
    where: idx.file.path,
    expected: "numbers whose deviation 64 bits hold",
    found: `pixel ${pixel + 1}, which varies more than that`,
    remedy: "divide the pixels by a large number first",
  });
}
