/**
 * MNIST's own format: IDX files, plain or gzipped, found in a directory under MNIST's names.
 *
 * An IDX file is two zero bytes, a type (0x08: unsigned bytes), the number of dimensions, each
 * dimension as an unsigned 32-bit big-endian number, then the data (yann.lecun.com/exdb/mnist).
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DEFAULT_SEED, InputError } from "@scratch-nn/core";
import {
  allocateFeatures,
  allocateLabels,
  type Dataset,
  type OnAllocate,
  PIXEL_SCALING,
  range,
  requireTwoClasses,
} from "./dataset.ts";
import { type DataFile, inspectFile, readChunks, unreadable } from "./files.ts";
import { stratifiedSplit } from "./split.ts";

export interface IdxOptions {
  /** Take this many from the beginning of the training images. Default: all. */
  readonly examples?: number | undefined;
  /** Part of the examples to hold back where the directory has no test images. Default 0.2. */
  readonly testFraction?: number | undefined;
  /** Of that split. Default 1. */
  readonly seed?: number | undefined;
  readonly onAllocate?: OnAllocate | undefined;
}

/** The paths of an IDX dataset; without a test set `test` is undefined. */
export interface IdxFiles {
  readonly train: { readonly images: string; readonly labels: string };
  readonly test: { readonly images: string; readonly labels: string } | undefined;
}

/** Finds MNIST's file names in a directory; undefined when it has no training images. */
export async function findIdxFiles(directory: string): Promise<IdxFiles | undefined> {
  let names: string[];
  try {
    names = (await readdir(directory)).sort();
  } catch (cause) {
    throw unreadable(directory, cause);
  }
  const find = (prefix: string, kind: string): string | undefined => {
    const name = names.find((candidate) => new RegExp(`^${prefix}-${kind}-ubyte(\\.gz)?$`).test(candidate));
    return name && join(directory, name);
  };
  const pair = (prefix: string): IdxFiles["test"] => {
    const images = find(prefix, "images[-.]idx3");
    const labels = find(prefix, "labels[-.]idx1");
    if (images === undefined && labels === undefined) return undefined;
    if (images !== undefined && labels !== undefined) return { images, labels };
    throw new InputError({
      where: directory,
      expected: `both images and labels (${prefix}-images-idx3-ubyte and ${prefix}-labels-idx1-ubyte, plain or .gz)`,
      found: `only ${images ?? labels}`,
      remedy: "put the other one beside it",
    });
  };
  const train = pair("train");
  return train && { train, test: pair("t10k") };
}

/**
 * Reads an IDX dataset straight into shared memory.
 * @throws InputError naming the file that is truncated, oversized, of another kind, or does not match its partner
 */
export async function readIdx(name: string, files: IdxFiles, options: IdxOptions = {}): Promise<Dataset> {
  const train = await openPair(files.train);
  const test = files.test && (await openPair(files.test));
  if (test !== undefined && test.images.inputs !== train.images.inputs) {
    throw new InputError({
      where: test.images.file.path,
      expected: `images of ${train.images.inputs} pixels like those to train on`,
      found: `${test.images.inputs}`,
      remedy: "use files of one dataset",
    });
  }
  const { inputs } = train.images;
  const taken = Math.min(options.examples ?? train.images.count, train.images.count);
  const total = taken + (test?.images.count ?? 0);
  const labels = allocateLabels(total);

  const classCount = 1 + (await readLabels(train, labels, 0, taken));
  const { images } = files.train;
  const X = allocateFeatures(images, inputs, total, "bytes", classCount, options.onAllocate) as Uint8Array;
  await readData(train.images, X, taken * inputs);
  if (test !== undefined) {
    const most = await readLabels(test, labels, taken, test.images.count);
    if (most >= classCount) {
      throw new InputError({
        where: test.labels.file.path,
        expected: `classes seen in training, 0 to ${classCount - 1}`,
        found: `${most}`,
        remedy: "use files of one dataset",
      });
    }
    await readData(test.images, X.subarray(taken * inputs), test.images.count * inputs);
  }
  const classes = Array.from({ length: classCount }, (_, k) => String(k));
  requireTwoClasses(files.train.labels, classes);
  const parts = test
    ? { train: range(0, taken), test: range(taken, total) }
    : stratifiedSplit(labels, classCount, options.testFraction ?? 0.2, options.seed ?? DEFAULT_SEED);
  const remarks =
    test && options.testFraction !== undefined
      ? [`it has a test set of its own (${test.images.count} images): --test-fraction is not used`]
      : [];
  return { name, X, labels, inputs, classes, scaling: PIXEL_SCALING, remarks, ...parts };
}

/** An IDX file of bytes, its header read. */
interface IdxFile {
  readonly file: DataFile;
  readonly headerBytes: number;
  /** The first dimension. */
  readonly count: number;
  /** The product of the other dimensions. */
  readonly inputs: number;
}

interface IdxPair {
  readonly images: IdxFile;
  readonly labels: IdxFile;
}

async function openPair(paths: { readonly images: string; readonly labels: string }): Promise<IdxPair> {
  const images = await openIdx(paths.images, 3);
  const labels = await openIdx(paths.labels, 1);
  if (images.count !== labels.count) {
    throw new InputError({
      where: paths.labels,
      expected: `${images.count} labels, one for each image of ${paths.images}`,
      found: `${labels.count}`,
      remedy: "use two files of one dataset",
    });
  }
  return { images, labels };
}

async function openIdx(path: string, dimensions: number): Promise<IdxFile> {
  const file = await inspectFile(path);
  const headerBytes = 4 + 4 * dimensions;
  const header = new Uint8Array(headerBytes);
  const got = await fill(file, 0, header);
  const fail = (expected: string, found: string): never => {
    throw new InputError({
      where: path,
      expected,
      found,
      remedy: "download it again, or check that it is an IDX file",
    });
  };
  if (got < headerBytes) fail(`an IDX header of ${headerBytes} bytes`, `${got} bytes`);
  const view = new DataView(header.buffer);
  const magic = view.getUint32(0);
  const expected = 0x0800 + dimensions;
  if (magic !== expected)
    fail(`the IDX magic number ${hex(expected)} (unsigned bytes, ${dimensions} dimensions)`, hex(magic));
  const sizes = Array.from({ length: dimensions }, (_, d) => view.getUint32(4 + 4 * d));
  const [count, ...rest] = sizes;
  const inputs = rest.reduce((product, size) => product * size, 1);
  if (count === 0 || inputs === 0) fail("at least one example of at least one pixel", sizes.join(" x "));
  const bytes = headerBytes + count * inputs;
  if (!file.gzipped && file.size !== bytes) {
    fail(
      `${bytes} bytes for ${sizes.join(" x ")}`,
      `${file.size}, ${file.size < bytes ? "so it is cut short" : "so it has something more"}`,
    );
  }
  return { file, headerBytes, count, inputs };
}

/** Reads all labels of a file, keeps the first `count` from `offset` on, and returns the largest of all. */
async function readLabels(pair: IdxPair, labels: Uint16Array, offset: number, count: number): Promise<number> {
  const all = new Uint8Array(pair.labels.count);
  await readData(pair.labels, all, all.length);
  labels.set(all.subarray(0, count), offset);
  return all.reduce((most, label) => Math.max(most, label), 0);
}

/** Reads the first `bytes` of the data into `target` and checks the length of the whole. */
async function readData(idx: IdxFile, target: Uint8Array, bytes: number): Promise<void> {
  const expected = idx.count * idx.inputs;
  // A plain file's length is known; a gzipped one has to be read to its end to be trusted.
  const wanted = idx.file.gzipped ? Number.POSITIVE_INFINITY : bytes;
  const got = await fill(idx.file, idx.headerBytes, target.subarray(0, bytes), wanted);
  if (got === expected || (wanted === bytes && got >= bytes)) return;
  throw new InputError({
    where: idx.file.path,
    expected: `${expected} bytes of data after its header`,
    found: `${got}, ${got < expected ? "so it is cut short" : "so it has something more"}`,
    remedy: "download it again",
  });
}

/**
 * Copies what follows the first `skip` bytes of a file into `target`.
 * @param wanted stop reading after this many bytes past `skip`
 * @returns how many bytes there were past `skip`, as far as it was read
 */
async function fill(file: DataFile, skip: number, target: Uint8Array, wanted = target.length): Promise<number> {
  let position = -skip;
  for await (const chunk of readChunks(file)) {
    const from = Math.max(0, -position);
    const at = Math.max(0, position);
    if (from < chunk.length && at < target.length) {
      target.set(chunk.subarray(from, from + target.length - at), at);
    }
    position += chunk.length;
    if (position >= wanted) break;
  }
  return Math.max(0, position);
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}
