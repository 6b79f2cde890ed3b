/** Reads IDX files, the format of MNIST, as a dataset. */
import { InputError } from "@scratch-nn/core";
import { type Dataset, type ImageShape, type OnAllocate, range, requireTwoClasses } from "../dataset/dataset.ts";
import { type SplitOptions, splitAsAsked } from "../dataset/split.ts";
import type { IdxFile } from "./idx-data.ts";
import type { IdxFiles, IdxPaths } from "./idx-files.ts";
import { shapeOf } from "./idx-header.ts";
import { openLabels, readLabels, requireLabelPerImage } from "./idx-labels.ts";
import { inputsOfImage, openImages, type PixelPart, readPixels } from "./idx-pixels.ts";
import { imageDataset } from "./image-dataset.ts";

export interface IdxOptions extends SplitOptions {
  /** How many training images to take from the start of the file. Default: all. */
  readonly examples?: number | undefined;
  readonly onAllocate?: OnAllocate | undefined;
}

/**
 * Reads an IDX dataset of any type and shape directly into shared memory. Images whose values are all integers from 0
 * to 255 stay bytes. Others are standardised by the mean and deviation of the training part. Classes are the values of
 * the training labels.
 * @throws InputError that names a file that is truncated, too long, of another kind, or does not match its partner
 */
export async function readIdx(name: string, files: IdxFiles, options: IdxOptions = {}): Promise<Dataset> {
  const train = await openPair(files.train);
  const test = files.test && (await openPair(files.test));
  const inputs = inputsOfImage(train.images);
  const onShapes = test === undefined ? [] : compareShapes(train.images, test.images);
  const taken = Math.min(options.examples ?? train.count, train.count);
  const total = taken + (test?.count ?? 0);
  const { labels, classes } = await readLabels(train.labels, taken, test?.labels);
  requireTwoClasses(files.train.labels, classes);
  const split = test
    ? { train: range(0, taken), test: range(taken, total) }
    : splitAsAsked(labels, classes.length, options);

  const parts: PixelPart[] = [{ idx: train.images, count: taken, column: 0 }];
  if (test !== undefined) parts.push({ idx: test.images, count: test.count, column: taken });
  const pixels = await readPixels(parts, split.train, classes.length, options.onAllocate);

  const remarks = [...files.remarks, ...onShapes];
  if (test && options.testFraction !== undefined) {
    remarks.push(`it has a test set of its own (${test.count} images): --test-fraction is not used`);
  }
  if (pixels.X instanceof Float32Array) remarks.push("pixels: numbers, standardised to mean 0 and deviation 1");
  const image = imageOf(train.images);
  return imageDataset(name, { ...pixels, labels, classes, inputs, ...(image && { image }), remarks, ...split });
}

/** Returns the image shape for count x height x width (grey), with or without a last dimension of 1 or 3 channels. */
function imageOf({ header }: IdxFile): ImageShape | undefined {
  const [, height, width, channels = 1, ...others] = header.sizes;
  if (width === undefined || others.length > 0 || (channels !== 1 && channels !== 3)) return undefined;
  return { width, height, channels };
}

/**
 * Compares the shapes of the images of two parts. Dimensions of 1 make no difference.
 * @returns a remark if one part has rows of values, which have no shape to compare
 * @throws InputError if the shapes differ, even if the images have as many values: a pixel would be another input
 */
function compareShapes(train: IdxFile, test: IdxFile): readonly string[] {
  const [wanted, found] = [train, test].map(({ header }) => header.sizes.slice(1));
  const [inputs, count] = [train, test].map(inputsOfImage);
  if (inputs === count) {
    if (`${withoutOnes(wanted)}` === `${withoutOnes(found)}`) return [];
    if (wanted.length === 1)
      return [`test images of ${shapeOf(found)}: read as rows of ${inputs} values, as in training`];
    if (found.length === 1)
      return [`test images of ${count} values: read as images of ${shapeOf(wanted)}, as in training`];
  }
  throw new InputError({
    where: test.file.path,
    expected: `images of ${inputs} pixels like those to train on (${shapeOf(wanted)})`,
    found: `${count} (${shapeOf(found)})`,
    remedy: "use files of one dataset",
  });
}

/** Leaves dimensions of 1 out, unless that would turn an image into a row. */
function withoutOnes(sizes: readonly number[]): readonly number[] {
  const others = sizes.filter((size) => size !== 1);
  return others.length > 1 ? others : sizes;
}

interface IdxPair {
  readonly images: IdxFile;
  readonly labels: IdxFile;
  readonly count: number;
}

async function openPair(paths: IdxPaths): Promise<IdxPair> {
  const images = await openImages(paths.images);
  const labels = await openLabels(paths.labels);
  requireLabelPerImage(images, labels);
  return { images, labels, count: images.header.sizes[0] };
}
