/** A dataset: a feature matrix of m columns with labels, in shared memory, and its training and test parts. */

import type { Output, Preprocessing, Task } from "@scratch-nn/core";
import { type Examples, allocateFeatures as featureMemory, InputError } from "@scratch-nn/core";
import type { ColumnReport } from "./column-report.ts";
import { partExamples } from "./part-examples.ts";
import type { Split } from "./split.ts";

/** The size of an image whose values are an example's inputs: row by row, with the channels of a pixel adjacent. */
export interface ImageShape {
  readonly width: number;
  readonly height: number;
  /** 1: grey; 3: red, green, blue. */
  readonly channels: 1 | 3;
}

export interface Dataset {
  /** The name in reports: `digits`, `mnist`, or the path of the source. */
  readonly name: string;
  /** The features, [inputs, m], one column per example, column by column; in a SharedArrayBuffer. */
  readonly X: Uint8Array | Float32Array;
  /** The class of each column, [m], in a SharedArrayBuffer; empty unless the task is classes. */
  readonly labels: Uint16Array;
  /**
   * The target outputs, [outputs, m], in a SharedArrayBuffer: 1 or 0 for labels; for quantities, values standardised
   * with statistics of the training part. Undefined for classes.
   */
  readonly targets?: Float32Array;
  /** The quantities in their original units, [outputs, m]. Undefined unless the task is quantities. */
  readonly values?: Float64Array;
  /** Features per example. */
  readonly inputs: number;
  /** The names of the classes, in the order of their numbers; empty unless the task is classes. */
  readonly classes: readonly string[];
  /** What the network learns to predict. Default: the classes; see core's taskOf. */
  readonly task?: Task;
  /** How raw columns became X. All of it has been applied to X already, except the scale factor of pixels. */
  readonly preprocessing: Preprocessing;
  /**
   * The name of the label column, or its position where columns have no names. Undefined if labels come from several
   * columns or from none.
   */
  readonly label: string | undefined;
  /** A report on each column of a table except the label; undefined for images. */
  readonly columns?: readonly ColumnReport[];
  /** Undefined for tables, even of pixels, and for arrays that are not images. */
  readonly image?: ImageShape;
  /** The columns to train on, in order. */
  readonly train: Uint32Array;
  /** Columns taken from the training part to validate on during training, in order; none by default. */
  readonly validation?: Uint32Array;
  /** The columns held out for the test, in order; may be empty. */
  readonly test: Uint32Array;
  /** Decisions of the reader that the user may want to know, one a line. */
  readonly remarks: readonly string[];
  /**
   * Encodes the same rows with encoders fitted to another training part. Both parts of the split are columns of the
   * training table. Undefined if features do not depend on the training part, or if the table was not kept.
   */
  readonly refit?: (part: Split) => Promise<Dataset>;
}

/** Progress that readers report. */
export interface ReadProgress {
  /** Bytes or examples. */
  readonly done: number;
  readonly total: number;
}

/**
 * Returns the training part, for `fit`.
 * @param output the network's output; with a sigmoid, the labels 0 and 1 of two classes become the targets
 */
export function trainingExamples(dataset: Dataset, output?: Output): Examples {
  return examplesOf(dataset, dataset.train, output);
}

/** Returns the validation part, for `fit`; undefined if there is none. */
export function validationExamples(dataset: Dataset, output?: Output): Examples | undefined {
  return dataset.validation && examplesOf(dataset, dataset.validation, output);
}

/** Returns the test part, for `evaluate`; undefined if it is empty. */
export function testExamples(dataset: Dataset, output?: Output): Examples | undefined {
  return dataset.test.length > 0 ? examplesOf(dataset, dataset.test, output) : undefined;
}

function examplesOf(dataset: Dataset, columns: Uint32Array, output: Output | undefined): Examples {
  const { targets = output === "sigmoid" ? sharedTargets(dataset.labels) : undefined } = dataset;
  return partExamples({ ...dataset, targets }, columns);
}

/** Copies numbers to f32 targets in shared memory. */
export function sharedTargets(numbers: ArrayLike<number>): Float32Array {
  const targets = new Float32Array(new SharedArrayBuffer(4 * numbers.length));
  targets.set(numbers);
  return targets;
}

const MOST_BYTES = 2 ** 32;

/** The size of a dataset, known before its features are read. */
export interface DatasetSize {
  /** The size of the features. */
  readonly bytes: number;
  readonly inputs: number;
  /** m, all parts together. */
  readonly examples: number;
  /** Undefined if the labels are read together with the features. */
  readonly classes: number | undefined;
}

/** Receives the size of a dataset before its memory is allocated; it may throw to refuse. */
export type OnAllocate = (size: DatasetSize) => void;

/**
 * Allocates shared memory for features.
 * @throws InputError if they need more than 2^32 bytes
 */
export function allocateFeatures(
  where: string,
  inputs: number,
  m: number,
  type: "bytes" | "floats",
  classes: number | undefined,
  onAllocate: OnAllocate | undefined,
): Uint8Array | Float32Array {
  const bytes = inputs * m * (type === "bytes" ? 1 : 4);
  onAllocate?.({ bytes, inputs, examples: m, classes });
  if (bytes > MOST_BYTES) {
    throw new InputError({
      where,
      expected: `at most ${MOST_BYTES} bytes of features`,
      found: `${m} examples of ${inputs} features, ${bytes} bytes`,
      remedy: "take fewer with --examples",
    });
  }
  const buffer = featureMemory(bytes);
  return type === "bytes" ? new Uint8Array(buffer, 0, bytes) : new Float32Array(buffer, 0, bytes / 4);
}

/** Allocates shared memory for the labels of m columns. */
export function allocateLabels(m: number): Uint16Array {
  return new Uint16Array(new SharedArrayBuffer(2 * m));
}

/** Returns the integers from `from` to `to - 1`. */
export function range(from: number, to: number): Uint32Array {
  return Uint32Array.from({ length: to - from }, (_, i) => from + i);
}

/** @throws InputError if there are fewer than two classes */
export function requireTwoClasses(where: string, classes: readonly string[]): void {
  if (classes.length >= 2) return;
  throw new InputError({
    where,
    expected: "examples of at least two classes",
    found: classes.length === 0 ? "none" : `only "${classes[0]}"`,
    remedy: "check the label column, or take more examples",
  });
}
