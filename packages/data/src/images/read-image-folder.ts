/** Reads image files in one folder per class as a dataset. */
import {
  allocateFeatures,
  allocateLabels,
  type Dataset,
  type OnAllocate,
  range,
  requireTwoClasses,
} from "../dataset/dataset.ts";
import { type SplitOptions, splitAsAsked } from "../dataset/split.ts";
import { type DecodeOptions, decodeImages, type ImageSurvey, surveyImages } from "./decode-images.ts";
import type { ImageClass, ImageFolder } from "./find-image-folder.ts";
import { imageDataset, pixelBytes } from "./image-dataset.ts";

export interface ImageFolderOptions extends DecodeOptions, SplitOptions {
  /** How many training images to take: the first of each class in turn. Default: all. */
  readonly examples?: number | undefined;
  readonly onAllocate?: OnAllocate | undefined;
}

/**
 * Decodes images of one size into shared memory, one image a column: row by row, with the channels of a pixel adjacent.
 * If all images are grey, a pixel is one input, else three. Alpha is dropped, 16-bit samples keep their upper 8 bits,
 * and the orientation in EXIF data is ignored.
 * @throws InputError that names a file that is damaged, of another format, or of another size than the first
 */
export async function readImageFolder(
  name: string,
  folder: ImageFolder,
  options: ImageFolderOptions = {},
): Promise<Dataset> {
  const classes = folder.train.map((of) => of.name);
  requireTwoClasses(name, classes);
  const train = firstOfEach(folder.train, options.examples ?? Number.POSITIVE_INFINITY);
  const all = [...train, ...(folder.test ?? [])];
  const paths = all.flatMap(({ files }) => files);
  const labels = allocateLabels(paths.length);
  let column = 0;
  for (const { name: ofClass, files } of all) {
    labels.fill(classes.indexOf(ofClass), column, column + files.length);
    column += files.length;
  }
  const taken = train.reduce((sum, { files }) => sum + files.length, 0);
  const split = folder.test
    ? { train: range(0, taken), test: range(taken, paths.length) }
    : splitAsAsked(labels, classes.length, options);

  const survey = await surveyImages(paths);
  const { width, height, channels } = survey.shape;
  const inputs = width * height * channels;
  const X = allocateFeatures(name, inputs, paths.length, "bytes", classes.length, options.onAllocate) as Uint8Array;
  const complaints = await decodeImages(paths, survey.shape, X, options);
  const remarks = [...folder.remarks, ...describe(survey, paths.length), ...complaints];
  if (folder.test && options.testFraction !== undefined) {
    remarks.push(`it has a test set of its own (${paths.length - taken} images): --test-fraction is not used`);
  }
  const image = survey.shape;
  return imageDataset(name, {
    X,
    labels,
    inputs,
    classes,
    image,
    preprocessing: pixelBytes(inputs),
    remarks,
    ...split,
  });
}

/** Takes the first images of each class in turn, `most` in total. */
function firstOfEach(classes: readonly ImageClass[], most: number): readonly ImageClass[] {
  const taken = classes.map(() => 0);
  let left = most;
  for (let round = 0; left > 0 && classes.some(({ files }) => files.length > round); round++) {
    for (const [k, { files }] of classes.entries()) {
      if (left === 0 || files.length <= round) continue;
      taken[k]++;
      left--;
    }
  }
  return classes.map(({ name, files }, k) => ({ name, files: files.slice(0, taken[k]) }));
}

/** Remarks on the images, and on information in them that is not used. */
export function describe({ shape, grey, transparent, deep }: ImageSurvey, images: number): readonly string[] {
  const { width, height, channels } = shape;
  const remarks = [`${images} images of ${width} x ${height} pixels, ${channels === 1 ? "grey" : "in colour"}`];
  if (channels === 3 && grey > 0) {
    remarks.push(`grey images among them: ${grey} (their grey stands for red, green and blue)`);
  }
  if (transparent > 0) remarks.push(`images with transparency: ${transparent} (it is not used)`);
  if (deep > 0) remarks.push(`images of 16 bits a sample: ${deep} (the upper 8 are used)`);
  return remarks;
}
