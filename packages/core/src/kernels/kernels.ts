/**
 * The hot operations: the only list of them.
 *
 * Matrices of examples (A, Z, dZ) are [rows, C], one column per example; weights (W, dW) are
 * [units, inputs]. Where their numbers lie is the implementation's business, see {@link KernelLayout}.
 * Every array given to an operation, X apart, lies in the {@link Arena} that the kernels are bound to.
 *
 * All arithmetic is f32, one rounding an operation, never a fused multiply-add; every sum runs in
 * the order that its line states. Those orders are the definition of the right bits: kernels/plain
 * is the text of it, and any other implementation must agree with it by `===`.
 */
import type { Activation } from "../model/network.ts";
import type { Arena } from "./arena.ts";

export const KERNEL_NAMES = ["plain", "simd128", "simd256"] as const;
export type KernelName = (typeof KERNEL_NAMES)[number];

/** An implementation: where its numbers lie, and its operations once it is bound to memory. */
export interface KernelSource {
  readonly name: KernelName;
  readonly layout: KernelLayout;
  /**
   * @param arena where all arrays lie that the operations are given
   * @param scratch of the arena, [layout.scratchBytes], for these kernels alone
   * @param holdsFeatures whether X lies in the arena's memory, too
   */
  bind(arena: Arena, scratch: Uint8Array, holdsFeatures: boolean): Kernels;
}

export interface LayerShape {
  /** n[l] */
  readonly units: number;
  /** n[l-1] */
  readonly inputs: number;
  /** Whether it is the first layer, whose inputs are features. */
  readonly first: boolean;
  /** Whether the layer's products are added by lanes along the inputs: a first layer of few units. */
  readonly byLanes: boolean;
}

/** A layer's parameters in the kernels' layout. */
export interface PackedLayer {
  readonly shape: LayerShape;
  /** g, or undefined for the last layer, whose softmax comes apart. */
  readonly activation: Activation | undefined;
  readonly W: Float32Array;
  readonly b: Float32Array;
  /** What the forward pass multiplies by: W, or for the first layer the scale of the features times W. */
  readonly scaledW: Float32Array;
  /** W', where the kernels want one for the backward pass. */
  readonly transposedW: Float32Array;
}

/** The columns of a tile that belong to each of some neighbouring shards, in their order: [shards]. */
export type ShardColumns = Uint32Array;

/**
 * The most columns that matrices of examples hold, and that are worked on at a time. It changes no bit, since
 * a shard's sums go on from tile to tile in index order; it keeps a tile in the cache, and weights well used.
 */
export const MOST_COLUMNS = 256;

/** How an implementation lays matrices out. Lengths are in numbers, not bytes. */
export interface KernelLayout {
  /** Of W or dW of a layer. */
  weightsLength(shape: LayerShape): number;
  /** Of what outerProducts makes of a layer: dW, and what the kernels note about it. */
  productsLength(shape: LayerShape): number;
  /** Of b or db of a layer. */
  biasLength(units: number): number;
  /** Of {@link PackedLayer.transposedW}. */
  transposedLength(shape: LayerShape): number;
  /** Of {@link PackedLayer.scaledW} of the first layer. */
  scaledLength(shape: LayerShape): number;
  /** Of a matrix of {@link MOST_COLUMNS} examples. */
  columnsLength(rows: number): number;
  /** Of the features of so many examples, as the first layer takes them. */
  featuresLength(shape: LayerShape): number;
  /** What operations need for themselves. */
  scratchBytes(first: LayerShape): number;
  /** Into how many parts outerProducts can be cut at most, see there. */
  productParts(shape: LayerShape): number;
  /** How many neighbouring shards outerProducts folds at a time in a layer of that shape; a power of two. */
  mostShards(shape: LayerShape): number;
  /** Lays W, [units, inputs] row after row, out; the rest of `packed` becomes zero. */
  packWeights(W: Float32Array, packed: Float32Array, shape: LayerShape): void;
  unpackWeights(packed: Float32Array, W: Float32Array, shape: LayerShape): void;
  /** The same for dW as outerProducts leaves it. */
  unpackProducts(packed: Float32Array, dW: Float32Array, shape: LayerShape): void;
  /** Copies [rows, columns] out, column after column. */
  unpackColumns(A: Float32Array, rows: number, columns: number, out: Float32Array): void;
}

export interface Kernels {
  readonly name: KernelName;

  /**
   * A[:, c] = X[:, order[first + c]] for c = 0 .. count - 1, as f32 without scaling.
   * @param X [inputs, *], in any memory; it must stay as it is while A is in use
   * @param A [layout.featuresLength]
   * @param shape of the first layer
   */
  gather(
    X: Uint8Array | Float32Array,
    order: Uint32Array,
    first: number,
    count: number,
    A: Float32Array,
    shape: LayerShape,
  ): void;

  /** out = factor W, element by element. */
  scale(W: Float32Array, factor: number, out: Float32Array): void;

  /** transposedW = W', where the kernels want it. */
  transpose(layer: PackedLayer): void;

  /**
   * out = g(W A + b), with scaledW for W.
   *
   * A is features for the first layer, from {@link gather}, and columns for the others.
   *
   * Each sum starts from the bias and takes its terms in index order. By lanes: lane j of 8 starts
   * from 0 and takes terms j, j + 8, j + 16, ... in order; the lanes fold as
   * ((0+4) + (2+6)) + ((1+5) + (3+7)); the bias comes last.
   */
  affine(layer: PackedLayer, A: Float32Array, out: Float32Array, columns: number): void;

  /**
   * A = softmax(Z) per column, the largest logit subtracted first, exponentials summed in index
   * order; and the cross-entropy of each column, log(sum) - (Z[label] - max).
   * @param labels the class of each column, [columns]
   * @param losses receives the cross-entropy of each column, [columns]
   * @param predicted receives the class with the largest A of each column, the first of equals: [columns]
   */
  softmaxCrossEntropy(
    Z: Float32Array,
    A: Float32Array,
    labels: Uint16Array,
    losses: Float32Array,
    predicted: Uint16Array,
    units: number,
    columns: number,
  ): void;

  /** dZ = A - Y, Y one-hot from the labels. */
  subtractOneHot(A: Float32Array, labels: Uint16Array, dZ: Float32Array, units: number, columns: number): void;

  /**
   * out = dZ[l-1] = W' dZ * g'(Z[l-1]): each sum starts from 0 and takes the units in index order.
   * @param A A[l-1] = g(Z[l-1]), from which g' follows
   */
  backpropagate(
    layer: PackedLayer,
    dZ: Float32Array,
    A: Float32Array,
    g: Activation,
    out: Float32Array,
    columns: number,
  ): void;

  /**
   * dW = dZ A', a sum for each of the neighbouring shards in the tile, columns in index order, and
   * these folded along the tree of shards.ts. A is as for {@link affine}.
   * @param shards the columns of each, at most {@link KernelLayout.mostShards}
   * @param goesOn for one shard: whether its sums go on from what dW holds, or start from 0
   * @param dW [layout.productsLength]
   * @param claimed scaledW of the first layer, if this thread is about to update it and others have read it: the
   *   kernels may take its cache lines from them while they make its dW. No number changes
   * @param db what {@link rowSums} has made of the same dZ, if it has: not finite where dZ is not
   * @param part which of `parts` parts, at most {@link KernelLayout.productParts}; other threads may make the others,
   *   of this thread's dZ and A
   */
  outerProducts(
    shape: LayerShape,
    dZ: Float32Array,
    A: Float32Array,
    shards: ShardColumns,
    goesOn: boolean,
    dW: Float32Array,
    claimed?: Float32Array,
    db?: Float32Array,
    part?: number,
    parts?: number,
  ): void;

  /** db = sum(dZ) per row, otherwise like {@link outerProducts}. */
  rowSums(shape: LayerShape, dZ: Float32Array, shards: ShardColumns, goesOn: boolean, db: Float32Array): void;

  /**
   * into += from, numbers [begin, end) of them: one addition of the all-reduce tree.
   * @param begin a multiple of 16, like `end` unless it is the length
   */
  add(into: Float32Array, from: Float32Array, begin: number, end: number): void;

  /** The same for dW of {@link outerProducts}, in part `part` of `parts`; each may be another thread's. */
  addProducts(shape: LayerShape, into: Float32Array, from: Float32Array, part: number, parts: number): void;

  /**
   * W = W - alpha dW with dW = sum / m.
   * @param sum over the examples of the batch
   */
  descend(W: Float32Array, sum: Float32Array, m: number, alpha: number): void;

  /**
   * The same for the first layer, whose sum is with respect to unscaled features: dW = (sum / m) factor, and
   * scaledW = factor W, as it must have been before: where dW is zero, neither is touched.
   * @param sum of {@link outerProducts}
   * @param factor what features are multiplied by
   */
  descendProducts(layer: PackedLayer, sum: Float32Array, m: number, factor: number, alpha: number): void;
}
