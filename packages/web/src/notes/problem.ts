/** The problems of the notes: a few examples, and a network for them. */
import type { Examples, KernelChoice } from "@scratch-nn/core";
import { DEFAULT_SEED } from "@scratch-nn/core/engine";
import { DIGIT_PIXELS, drawDigit } from "@scratch-nn/data/browser";
import { FLOWERS, KINDS, kindOf, PETAL, PETALS } from "./flowers.ts";

/** The number of digits to choose from. */
const DIGITS = 40;

export const PROBLEM_NAMES = ["flowers", "digits"] as const;
export type ProblemName = (typeof PROBLEM_NAMES)[number];

export interface Problem {
  readonly name: ProblemName;
  /** n[0], n[1], n[2] */
  readonly layers: readonly [inputs: number, hidden: number, classes: number];
  /** [n[0], m], column by column. Bytes are pixels, and are divided by 255. */
  readonly X: Uint8Array | Float32Array;
  /** [m] */
  readonly labels: Uint16Array;
  readonly classes: readonly string[];
  /** The names of the inputs; empty for pixels. */
  readonly features: readonly string[];
  /** The initial values of alpha and the seed. */
  readonly alpha: number;
  readonly seed: number;
}

/** The small problem: two features of a flower, four hidden units, three kinds. */
export function flowersProblem(): Problem {
  return {
    name: "flowers",
    layers: [PETAL.length, 4, KINDS.length],
    X: Float32Array.from(PETALS),
    labels: Uint16Array.from({ length: FLOWERS }, (_, flower) => kindOf(flower)),
    classes: KINDS,
    features: PETAL,
    alpha: 0.05,
    seed: 8,
  };
}

/**
 * The problem of the notes: 784 pixels, ten hidden units, ten classes.
 * @param pixels [784, m]
 * @param labels [m]
 */
export function digitsProblem(pixels: Uint8Array, labels: Uint16Array): Problem {
  return {
    name: "digits",
    layers: [784, 10, 10],
    X: pixels,
    labels,
    classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
    features: [],
    alpha: 0.1,
    seed: 1,
  };
}

/** Draws digits: the first ones that `--data digits` draws. */
export function drawnDigits(): Problem {
  const pixels = new Uint8Array(DIGITS * DIGIT_PIXELS);
  const labels = Uint16Array.from({ length: DIGITS }, (_, n) =>
    drawDigit(DEFAULT_SEED, n, pixels.subarray(n * DIGIT_PIXELS, (n + 1) * DIGIT_PIXELS)),
  );
  return digitsProblem(pixels, labels);
}

/** The columns that a step trains on, and the one that is shown. */
export interface Columns {
  /** The index of the shown column, from 0. */
  readonly example: number;
  /** The class that the shown column is labelled with. */
  readonly label: number;
  /** Whether a step trains on all columns, or only on the shown one. */
  readonly all: boolean;
}

/**
 * Selects the fastest kernels. For a few columns these are the plain ones, since the vector kernels allocate memory of
 * their own in each call. The bits are the same.
 */
export function kernelsFor({ layers }: Problem, { all }: Pick<Columns, "all">): KernelChoice {
  return all && layers[0] > 100 ? "auto" : "plain";
}

/** The examples of a step. The shown one has its chosen label, which may differ from the data's. */
export function examplesOf({ X, labels }: Problem, { example, label, all }: Columns): Examples {
  const said = labels.slice();
  said[example] = label;
  return { X, labels: said, ...(all ? {} : { columns: [example] }) };
}
