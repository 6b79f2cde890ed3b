/**
 * The hot operations: the only list of them.
 *
 * Matrices of examples (A, Z, dZ, dA) are [rows, C], one column per example, column after column.
 * Weights (W, dW) are [units, inputs], row after row. All arithmetic is f32, one rounding an
 * operation, never a fused multiply-add; every sum runs in the order that its line states.
 * Those orders are the definition of the right bits: kernels/plain is the text of it, and any
 * other implementation must agree with it by `===`.
 */
import type { Activation } from "../network.ts";

/** Sizes of one layer at work on a tile. */
export interface LayerShape {
  /** n[l] */
  readonly units: number;
  /** n[l-1] */
  readonly inputs: number;
  /** C, the examples at hand. */
  readonly columns: number;
}

export interface Kernels {
  readonly name: string;

  /**
   * A[:, c] = X[:, columns[first + c]] for c = 0 .. count - 1, as f32 without scaling.
   * X [rows, *], A [rows, count].
   */
  gather(
    X: Uint8Array | Float32Array,
    rows: number,
    columns: Uint32Array,
    first: number,
    count: number,
    A: Float32Array,
  ): void;

  /** out = factor W, element by element. */
  scale(W: Float32Array, factor: number, out: Float32Array): void;

  /** Z = W A + b. Each sum starts from the bias and takes its terms in index order. */
  affine(W: Float32Array, A: Float32Array, b: Float32Array, Z: Float32Array, shape: LayerShape): void;

  /**
   * Z = W A + b where a layer has too few units to fill a vector with them. Lane j of 8 starts
   * from 0 and takes terms j, j + 8, j + 16, ... in order; the lanes fold as
   * ((0+4) + (2+6)) + ((1+5) + (3+7)); the bias comes last.
   */
  affineByLanes(W: Float32Array, A: Float32Array, b: Float32Array, Z: Float32Array, shape: LayerShape): void;

  /** A = g(Z) for the first `length` elements. */
  readonly activate: Readonly<Record<Activation, (Z: Float32Array, A: Float32Array, length: number) => void>>;

  /** dZ = dA * g'(Z), with g'(Z) taken from A = g(Z), for the first `length` elements. */
  readonly derive: Readonly<
    Record<Activation, (A: Float32Array, dA: Float32Array, dZ: Float32Array, length: number) => void>
  >;

  /**
   * A = softmax(Z) per column, the largest logit subtracted first, exponentials summed in index
   * order; and the cross-entropy of each column, log(sum) - (Z[label] - max).
   * @param labels the class of each column, [columns]
   * @param losses receives the cross-entropy of each column, [columns]
   */
  softmaxCrossEntropy(
    Z: Float32Array,
    A: Float32Array,
    labels: Uint16Array,
    losses: Float32Array,
    units: number,
    columns: number,
  ): void;

  /** dZ = A - Y, Y one-hot from the labels. */
  subtractOneHot(A: Float32Array, labels: Uint16Array, dZ: Float32Array, units: number, columns: number): void;

  /** dA = W' dZ. Each sum starts from 0 and takes the units in index order. */
  backpropagate(W: Float32Array, dZ: Float32Array, dA: Float32Array, shape: LayerShape): void;

  /** dW += dZ A'. Each sum goes on from what dW holds and takes the columns in index order. */
  addOuterProducts(dZ: Float32Array, A: Float32Array, dW: Float32Array, shape: LayerShape): void;

  /** db += sum(dZ) per row, columns in index order. */
  addRowSums(dZ: Float32Array, db: Float32Array, units: number, columns: number): void;

  /** into[i] += from[i] for begin <= i < end: one addition of the all-reduce tree. */
  add(into: Float32Array, from: Float32Array, begin: number, end: number): void;

  /** dW = (sum / m) * scale, element by element, in place; an exact no-op for scale 1 but for the division. */
  mean(sum: Float32Array, m: number, scale: number): void;

  /** W = W - alpha dW. */
  descend(W: Float32Array, dW: Float32Array, alpha: number): void;
}
