/** A dataset: an m-column matrix with labels, in memory that threads share, and its two parts. */

import type { Output, Preprocessing, Task } from "@scratch-nn/core";
import { type Examples, allocateFeatures as featureMemory, InputError, rowEncoder } from "@scratch-nn/core";
import type { ColumnReport } from "./column-report.ts";
import type { Split } from "./split.ts";

/** How an example's inputs lie as an image: row by row, the colours of a pixel together. */
export interface ImageShape {
  readonly width: number;
  readonly height: number;
  /** 1: grey; 3: red, green, blue. */
  readonly channels: 1 | 3;
}

export interface Dataset {
  /** What it is called in reports: `digits`, `mnist`, or the path it came from. */
  readonly name: string;
  /** [inputs, m]: one column per example, column after column; in a SharedArrayBuffer. */
  readonly X: Uint8Array | Float32Array;
  /** The class of each column, [m], in a SharedArrayBuffer; none where the task is another. */
  readonly labels: Uint16Array;
  /**
   * What outputs are to be, [outputs, m], in a SharedArrayBuffer: 1 or 0 for labels, quantities standardised on the training
   * part. Undefined for classes.
   */
  readonly targets?: Float32Array;
  /** Quantities in their own units, [outputs, m]. Undefined where the task is another. */
  readonly values?: Float64Array;
  /** Features per example. */
  readonly inputs: number;
  /** The names of the classes, in the order of their numbers; none where the task is another. */
  readonly classes: readonly string[];
  /** What is to be learnt; default: the classes. See core's taskOf. */
  readonly task?: Task;
  /** How raw columns became X; but for the factor of pixels, it has been applied to X already. */
  readonly preprocessing: Preprocessing;
  /** The name of the label column, its position where there are no names; undefined where labels are no column, or several. */
  readonly label: string | undefined;
  /** What each column of a table is, the label left out; undefined for images. */
  readonly columns?: readonly ColumnReport[];
  /** Undefined for tables, whatever they hold, and for arrays that are no images. */
  readonly image?: ImageShape;
  /** Columns to learn from, in order. */
  readonly train: Uint32Array;
  /** Columns of the training part that are looked at while it trains, and not learnt from, in order; none by default. */
  readonly validation?: Uint32Array;
  /** Columns held back, in order; may be empty. */
  readonly test: Uint32Array;
  /** Things about the source that its reader decided and the user may want to know, one a line. */
  readonly remarks: readonly string[];
  /**
   * The same rows with encoders fitted to another training part, both parts among the columns of the training table. Undefined where
   * features do not depend on that part, or the table was not kept.
   */
  readonly refit?: (part: Split) => Promise<Dataset>;
}

/** What readers tell while they read. */
export interface ReadProgress {
  /** Bytes or examples. */
  readonly done: number;
  readonly total: number;
}

/** The training part, for `fit`. @param output the network's: two classes may be told by a softmax or by one sigmoid */
export function trainingExamples(dataset: Dataset, output?: Output): Examples {
  return examplesOf(dataset, dataset.train, output);
}

/** Those to validate on, for `fit`; undefined when there are none. */
export function validationExamples(dataset: Dataset, output?: Output): Examples | undefined {
  return dataset.validation && examplesOf(dataset, dataset.validation, output);
}

/** The test part, for `evaluate`; undefined when there is none. */
export function testExamples(dataset: Dataset, output?: Output): Examples | undefined {
  return dataset.test.length > 0 ? examplesOf(dataset, dataset.test, output) : undefined;
}

function examplesOf(dataset: Dataset, columns: Uint32Array, output: Output | undefined): Examples {
  const { X, labels, preprocessing } = dataset;
  const { targets = output === "sigmoid" ? sharedTargets(labels) : undefined } = dataset;
  const features = { X, columns, scale: rowEncoder(preprocessing).scale };
  return targets === undefined ? { ...features, labels } : { ...features, targets };
}

/** The same numbers as targets, in memory that threads share. */
export function sharedTargets(numbers: ArrayLike<number>): Float32Array {
  const targets = new Float32Array(new SharedArrayBuffer(4 * numbers.length));
  targets.set(numbers);
  return targets;
}

const MOST_BYTES = 2 ** 32;

/** What a dataset is going to be, before its features are read. */
export interface DatasetSize {
  /** Of its features. */
  readonly bytes: number;
  readonly inputs: number;
  /** m, both parts together. */
  readonly examples: number;
  /** Undefined where the labels come with the features. */
  readonly classes: number | undefined;
}

/** Told how large a dataset is, before memory for it is asked for; it may throw. */
export type OnAllocate = (size: DatasetSize) => void;

/**
 * Shared memory for features.
 * @throws InputError when they need more than one buffer can hold
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

/** Shared memory for the labels of m columns. */
export function allocateLabels(m: number): Uint16Array {
  return new Uint16Array(new SharedArrayBuffer(2 * m));
}

/** The whole numbers from `from` to `to - 1`. */
export function range(from: number, to: number): Uint32Array {
  return Uint32Array.from({ length: to - from }, (_, i) => from + i);
}

/** @throws InputError when the training part has fewer than two classes */
export function requireTwoClasses(where: string, classes: readonly string[]): void {
  if (classes.length >= 2) return;
  throw new InputError({
    where,
    expected: "examples of at least two classes",
    found: classes.length === 0 ? "none" : `only "${classes[0]}"`,
    remedy: "check the label column, or take more examples",
  });
}
