/** Computes the terms of one unit's sum: w1 x1 + w2 x2 + ... + b = z. */
import type { Moment } from "./moment.ts";

/** A unit of the hidden layer (1) or of the last layer (2). */
export interface Unit {
  readonly layer: 1 | 2;
  readonly unit: number;
}

/** One product of the sum. */
export interface Term {
  /** The index of the layer's input, from 0. */
  readonly input: number;
  readonly weight: number;
  readonly value: number;
  /** Rounded to f32, as training adds it. */
  readonly product: number;
}

export interface WrittenSum {
  /** The products that are not zero, by decreasing magnitude. */
  readonly terms: readonly Term[];
  /** The number of products that are zero and add nothing. */
  readonly zeros: number;
  readonly bias: number;
  /** Core's sum, with the order and the rounding of training. */
  readonly total: number;
}

const fround = Math.fround;

/** Computes z of a unit from the previous layer. */
export function forwardSum({ matrices }: Moment, { layer, unit }: Unit): WrittenSum {
  const { W1, b1, Z1, W2, b2, Z2, X, A1 } = matrices;
  const [W, b, Z, A] = layer === 1 ? [W1, b1, Z1, X] : [W2, b2, Z2, A1];
  const weightOf = (input: number): number => W.numbers[unit * W.columns + input];
  return { ...termsOf(A.numbers, weightOf), bias: b.numbers[unit], total: Z.numbers[unit] };
}

/** Computes a hidden unit's entry of W2' dZ2, the error that comes back from the classes; without the factor g'. */
export function backwardSum({ matrices: { W2, dZ2 } }: Moment, unit: number): Omit<WrittenSum, "bias"> {
  const weightOf = (output: number): number => W2.numbers[output * W2.columns + unit];
  let total = 0;
  // The order and the rounding of Kernels.backpropagate.
  for (let u = 0; u < W2.rows; u++) total = fround(total + fround(weightOf(u) * dZ2.numbers[u]));
  return { ...termsOf(dZ2.numbers, weightOf), total };
}

function termsOf(values: ArrayLike<number>, weightOf: (input: number) => number): Pick<WrittenSum, "terms" | "zeros"> {
  const terms: Term[] = [];
  for (let input = 0; input < values.length; input++) {
    const [weight, value] = [weightOf(input), values[input]];
    const product = fround(weight * value);
    if (product !== 0) terms.push({ input, weight, value, product });
  }
  terms.sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
  return { terms, zeros: values.length - terms.length };
}
