/** Reads raw images for a trained model: without scaling, and with or without labels. */
import { stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { InputError } from "@scratch-nn/core";
import { allocateFeatures, type OnAllocate } from "../dataset/dataset.ts";
import { inspectFile, kindOf } from "../sources/files.ts";
import { type DecodeOptions, decodeImages, surveyImages } from "./decode-images.ts";
import { findImageFolder, type ImageClass } from "./find-image-folder.ts";
import { forEachValue, type IdxFile, readHead } from "./idx-data.ts";
import { findIdxGroup, type IdxPaths } from "./idx-files.ts";
import { isIdx, shapeOf } from "./idx-header.ts";
import { openLabels, readLabelNames, requireLabelPerImage } from "./idx-labels.ts";
import { fillBytes, inputsOfImage, isByte, isBytes, openImages, outOfRange } from "./idx-pixels.ts";
import { type Listing, listImages, requireReadable } from "./image-listing.ts";
import { isJpeg } from "./jpeg.ts";
import { isPng } from "./png.ts";
import { describe } from "./read-image-folder.ts";

export interface RawImages {
  /** [inputs, count], one image after another, raw values in a SharedArrayBuffer; f64 if they are not bytes. */
  readonly X: Uint8Array | Float64Array;
  /** The number of values of an image. */
  readonly inputs: number;
  readonly count: number;
  /** The label of each image as text: its value, or the name of its folder. Undefined if not known. */
  readonly labels: readonly string[] | undefined;
  /** Paths relative to the requested one; undefined for IDX, where images have numbers only. */
  readonly ids: readonly string[] | undefined;
  readonly remarks: readonly string[];
}

export interface RawImageOptions extends DecodeOptions {
  /** Values of an image for the model. Grey images become colour if it needs colour. Default: those of the files. */
  readonly inputs?: number | undefined;
  /** The part to read if there are two. Default: `test`. */
  readonly part?: "train" | "test" | undefined;
  readonly onAllocate?: OnAllocate | undefined;
}

/**
 * Reads the images at `path`: an IDX file, a directory or prefix of IDX files (see findIdxFiles), a PNG or JPEG file, a
 * folder of these, or one folder per class.
 * @returns undefined if there are no images
 * @throws InputError if a file is damaged, or if its images do not have `inputs` values
 */
export async function readRawImages(path: string, options: RawImageOptions = {}): Promise<RawImages | undefined> {
  const kind = await kindOf(path);
  if (kind === "file") {
    // Reading from a pipe or a device would consume its data.
    if (!(await stat(path)).isFile()) return undefined;
    const head = await readHead(await inspectFile(path), 8);
    if (isPng(head) || isJpeg(head)) return readFiles(path, [{ name: "", files: [path] }], options);
    // An IDX file is read under any name; a usual name leads to its labels.
    if (isIdx(head)) return readIdxFile(await partnersOf(path), options, []);
    return undefined;
  }
  const idx = await findIdxGroup(path);
  if (idx !== undefined) {
    const { group, remarks } = idx;
    const parts = options.part === "train" ? [group.train, group.test] : [group.test, group.train];
    const chosen = parts.find(({ images }) => images !== undefined);
    if (chosen !== undefined) return readIdxFile(chosen, options, [...remarks, `images: ${chosen.images}`]);
  }
  return kind === "directory" ? readDirectory(path, options) : undefined;
}

/** Returns the images with the labels that belong to them by name, if there are any. */
async function partnersOf(path: string): Promise<Partial<IdxPaths>> {
  const found = await findIdxGroup(path);
  const parts = found === undefined ? [] : [found.group.train, found.group.test];
  return parts.find(({ images }) => images === path) ?? { images: path };
}

async function readIdxFile(
  paths: Partial<IdxPaths>,
  options: RawImageOptions,
  remarks: readonly string[],
): Promise<RawImages> {
  const idx = await openImages(paths.images!);
  const inputs = inputsOfImage(idx);
  if (options.inputs !== undefined && options.inputs !== inputs)
    throw wrongInputs(paths.images!, options.inputs, inputs);
  const [count] = idx.header.sizes;
  let labels: readonly string[] | undefined;
  if (paths.labels !== undefined) {
    const partner = await openLabels(paths.labels);
    requireLabelPerImage(idx, partner);
    labels = await readLabelNames(partner);
  }
  const X = await readValues(idx, options.onAllocate);
  // A model does not record the shape of its images, so the user is told this one.
  const shape = `${count} ${count === 1 ? "image" : "images"} of ${shapeOf(idx.header.sizes.slice(1))}`;
  return { X, inputs, count, labels, ids: undefined, remarks: [...remarks, shape] };
}

async function readValues(idx: IdxFile, onAllocate: OnAllocate | undefined): Promise<Uint8Array | Float64Array> {
  const [count] = idx.header.sizes;
  const inputs = inputsOfImage(idx);
  const part = { idx, count, column: 0 };
  let areBytes = isBytes(part);
  if (!areBytes) {
    areBytes = true;
    await forEachValue(idx, count * inputs, (value, place) => {
      if (!Number.isFinite(value)) throw outOfRange(part, place, value);
      areBytes &&= isByte(value);
    });
  }
  if (areBytes) {
    const X = allocateFeatures(idx.file.path, inputs, count, "bytes", undefined, onAllocate) as Uint8Array;
    await fillBytes(part, X, inputs);
    return X;
  }
  // An f64 takes the memory of two floats.
  const floats = allocateFeatures(idx.file.path, 2 * inputs, count, "floats", undefined, onAllocate);
  const X = new Float64Array(floats.buffer, 0, inputs * count);
  await forEachValue(idx, count * inputs, (value, place) => {
    X[place] = value;
  });
  return X;
}

async function readDirectory(path: string, options: RawImageOptions): Promise<RawImages | undefined> {
  const listing = await listImages(path);
  if (listing.images.length > 0 && !(await holdsImages(listing))) {
    requireReadable(listing);
    return readFiles(path, [{ name: "", files: listing.images.map((name) => join(path, name)) }], options);
  }
  const found = await findImageFolder(path);
  if (found === undefined) return undefined;
  const isTest = options.part !== "train" && found.test !== undefined;
  const raw = await readFiles(path, isTest ? found.test! : found.train, options);
  return { ...raw, remarks: [...found.remarks, ...raw.remarks] };
}

/** Whether a subfolder holds images, and so is a class. */
async function holdsImages({ directory, folders }: Listing): Promise<boolean> {
  for (const name of folders) if ((await listImages(join(directory, name))).images.length > 0) return true;
  return false;
}

/** @param classes one class with an empty name if classes are not known */
async function readFiles(path: string, classes: readonly ImageClass[], options: RawImageOptions): Promise<RawImages> {
  const paths = classes.flatMap(({ files }) => files);
  const survey = await surveyImages(paths);
  const { width, height } = survey.shape;
  const inputs = options.inputs ?? width * height * survey.shape.channels;
  const channels = inputs / (width * height);
  // Grey images can be converted to colour, but not the reverse.
  if ((channels !== 1 && channels !== 3) || channels < survey.shape.channels) {
    throw wrongInputs(paths[0], inputs, width * height * survey.shape.channels);
  }
  const shape = { width, height, channels } as const;
  const X = allocateFeatures(path, inputs, paths.length, "bytes", undefined, options.onAllocate) as Uint8Array;
  const complaints = await decodeImages(paths, shape, X, options);
  return {
    X,
    inputs,
    count: paths.length,
    labels: classes[0].name === "" ? undefined : classes.flatMap(({ name, files }) => files.map(() => name)),
    ids: paths.map((file) => relative(path, file) || basename(file)),
    remarks: [...describe({ ...survey, shape }, paths.length), ...complaints],
  };
}

function wrongInputs(where: string, expected: number, found: number): InputError {
  return new InputError({
    where,
    expected: `images of ${expected} values, as the model was trained on`,
    found: `${found}`,
    remedy: "bring the images to the size and the colours of those to train on",
  });
}
