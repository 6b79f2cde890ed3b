/** What the notes' network is shown at: a few examples, and a network for them. */
import type { Examples, KernelChoice } from "@scratch-nn/core";
import { DEFAULT_SEED } from "@scratch-nn/core/engine";
import { DIGIT_PIXELS, drawDigit } from "@scratch-nn/data/browser";
import { FLOWERS, KINDS, kindOf, PETAL, PETALS } from "./flowers.ts";

/** Digits to choose from. */
const DIGITS = 40;

export const PROBLEM_NAMES = ["flowers", "digits"] as const;
export type ProblemName = (typeof PROBLEM_NAMES)[number];

export interface Problem {
  readonly name: ProblemName;
  /** n[0], n[1], n[2] */
  readonly layers: readonly [inputs: number, hidden: number, classes: number];
  /** [n[0], m], column after column: bytes are pixels, taken as x / 255. */
  readonly X: Uint8Array | Float32Array;
  /** [m] */
  readonly labels: Uint16Array;
  readonly classes: readonly string[];
  /** The names of the inputs; none of pixels. */
  readonly features: readonly string[];
  /** Where alpha and the seed stand at first. */
  readonly alpha: number;
  readonly seed: number;
}

/** The small one: two numbers of a flower, four hidden units, three kinds. */
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
 * The notes' own: 784 pixels, ten hidden units, ten classes.
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

/** Drawn digits, the first of those that `--data digits` draws. */
export function drawnDigits(): Problem {
  const pixels = new Uint8Array(DIGITS * DIGIT_PIXELS);
  const labels = Uint16Array.from({ length: DIGITS }, (_, n) =>
    drawDigit(DEFAULT_SEED, n, pixels.subarray(n * DIGIT_PIXELS, (n + 1) * DIGIT_PIXELS)),
  );
  return digitsProblem(pixels, labels);
}

/** Which columns a step, or a walk through the network, is of. */
export interface Columns {
  /** The column that is looked at, from 0. */
  readonly example: number;
  /** The class that it is said to have. */
  readonly label: number;
  /** Whether a step is of all columns, or of this one alone. */
  readonly all: boolean;
}

/** What computes fastest, a few columns at a time: the vector kernels take a memory of their own each time. The bits are the same. */
export function kernelsFor({ layers }: Problem, { all }: Pick<Columns, "all">): KernelChoice {
  return all && layers[0] > 100 ? "auto" : "plain";
}

/** The examples that a step is of: the label of one may be another than the data's. */
export function examplesOf({ X, labels }: Problem, { example, label, all }: Columns): Examples {
  const said = labels.slice();
  said[example] = label;
  return { X, labels: said, ...(all ? {} : { columns: [example] }) };
}
