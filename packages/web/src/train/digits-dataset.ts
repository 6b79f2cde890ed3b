/** Draws the command line's dataset `digits` in the page: the same bytes, split in the same way. */
import type { Preprocessing, QuantitiesTask } from "@scratch-nn/core";
import { DIGIT_PIXELS, drawDigit, pixelBytes, stratifiedSplit } from "@scratch-nn/data/browser";

/** The dataset of a training run in the page. */
export interface PageDataset {
  /** [inputs, m] */
  readonly X: Uint8Array | Float32Array;
  /** The class of each column, [m]; empty for a quantity. */
  readonly labels: Uint16Array;
  /** The standardised quantity of each column, [m]; undefined for classes. */
  readonly targets?: Float32Array;
  /** Undefined for classes. */
  readonly task?: QuantitiesTask;
  readonly inputs: number;
  readonly classes: readonly string[];
  readonly preprocessing: Preprocessing;
  readonly label: string | undefined;
  /** The columns of X that are for training, and those that are for testing. */
  readonly train: Uint32Array;
  readonly test: Uint32Array;
  /** Decisions made about the data, one line each. */
  readonly remarks: readonly string[];
}

const CLASSES = Array.from({ length: 10 }, (_, digit) => String(digit));
/** The fraction that is held back for testing: the default of the command line. */
export const TEST_FRACTION = 0.2;

/** @param memory allocates the bytes of features and labels: shared memory if several threads read them */
export function digitsDataset(seed: number, examples: number, memory: (bytes: number) => ArrayBufferLike): PageDataset {
  const X = new Uint8Array(memory(DIGIT_PIXELS * examples));
  const labels = new Uint16Array(memory(2 * examples));
  for (let i = 0; i < examples; i++) {
    labels[i] = drawDigit(seed, i, X.subarray(i * DIGIT_PIXELS, (i + 1) * DIGIT_PIXELS));
  }
  return {
    X,
    labels,
    inputs: DIGIT_PIXELS,
    classes: CLASSES,
    preprocessing: pixelBytes(DIGIT_PIXELS),
    label: undefined,
    remarks: [],
    ...stratifiedSplit(labels, CLASSES.length, TEST_FRACTION, seed),
  };
}
