/**
 * The hot operations: the only list of them.
 *
 * Matrices of examples (A, Z, dZ) are [rows, C], one column per example; weights (W, dW) are
 * [units, inputs]. Where their numbers lie is the implementation's business, see {@link KernelLayout}.
 * Every array given to an operation, X apart, lies in the {@link Arena} that the kernels are bound to.
 *
 * All arithmetic is f32, one rounding an operation, never a fused multiply-add; every sum runs in
 * the order that its line states. Those orders are the definition of the right bits: kernels/reference
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
  /** g[l] if affine applies it; undefined where it comes apart, and for the last layer. */
  readonly activation: Activation | undefined;
  /** g[l] if {@link Kernels.activate} applies it, so that Z is kept for the backward pass. */
  readonly activationApart: Activation | undefined;
  /** g[l-1], which made the layer's inputs; undefined for the first layer. */
  readonly inputActivation: Activation | undefined;
  readonly W: Float32Array;
  readonly b: Float32Array;
  /** W', where the kernels want one for the backward pass. */
  readonly transposedW: Float32Array;
  /** [1]: 1 if all weights are finite, so that their products with zeros can be left out. */
  readonly finite: Uint8Array;
}

/** Features as a caller has them, and what they are multiplied by on their way in, an f32: X is scale times these. */
export interface FeatureMatrix {
  /** [inputs, *], in any memory */
  readonly X: Uint8Array | Float32Array;
  readonly scale: number;
}

/** Columns order[first .. first + count - 1] of X. */
export interface ColumnRun {
  readonly order: Uint32Array;
  readonly first: number;
  readonly count: number;
}

/** What is known of each column of a tile besides its features: [columns] each. */
export interface Answers {
  /** The class. */
  readonly labels: Uint16Array;
  /** Receives the cross-entropy. */
  readonly losses: Float32Array;
  /** Receives the class with the largest probability, the first of equals. */
  readonly predicted: Uint16Array;
}

/** Neighbouring shards whose columns are at hand. */
export interface ShardColumns {
  /** How many of the columns belong to each, in their order: [shards], at most {@link KernelLayout.mostShards}. */
  readonly counts: Uint32Array;
  /** For one shard: whether its sums go on from what is there, or start from 0. */
  readonly goesOn: boolean;
}

/**
 * Which units of a layer a step drops. Unit u of an example has a word of 32 random bits: of Threefry-2x32-20 under `key`,
 * with the example's number and 8 floor(u / 16) + u mod 8 for a counter, the first word where u mod 16 is below 8, else the
 * second.
 */
export interface DropoutMask {
  readonly units: number;
  /** Two words, signed. */
  readonly key: readonly [k0: number, k1: number];
  /** A unit is kept where its word, signed, is above. */
  readonly limit: number;
  /** What is kept is multiplied by, an f32. */
  readonly factor: number;
}

/** Partial sums in the layout of the parameters, one behind the other. */
export interface PartialSums {
  /** Partial i is numbers[i * stride ..]. */
  readonly numbers: Float32Array;
  /** A multiple of 16. */
  readonly stride: number;
  readonly count: number;
}

/** What an update divides and multiplies by. */
export interface DescentStep {
  /** Examples of the batch, times what the gradient is clipped by; an f32. */
  readonly m: number;
  /** The learning rate, an f32. */
  readonly alpha: number;
}

/** Neighbouring parameters for an update with memory, and what it keeps of them. */
export interface Elements {
  /** All parameters: W1, b1, W2, b2, ... */
  readonly parameters: Float32Array;
  /** What is kept, each laid out like the parameters. */
  readonly slots: readonly Float32Array[];
  /** Elements [begin, end): multiples of 16, unless that is the length. */
  readonly begin: number;
  readonly end: number;
  /** The gradient's sum over the examples of the batch, of the elements from `begin` on: [end - begin]. */
  readonly sum: Float32Array;
}

export interface MomentumStep extends DescentStep {
  /** The part of the velocity that stays, an f32. */
  readonly mu: number;
}

/** A running average that starts from zero, in f32. */
export interface RunningAverage {
  readonly beta: number;
  /** 1 - beta */
  readonly rest: number;
  /** 1 / (1 - beta^t): what makes an average of it after t steps. */
  readonly correction: number;
}

export interface RmspropStep extends DescentStep {
  /** Of the gradient's squares. */
  readonly second: RunningAverage;
  /** An f32. */
  readonly epsilon: number;
}

export interface AdamStep extends RmspropStep {
  /** Of the gradient. */
  readonly first: RunningAverage;
  /** The part that parameters lose, times alpha: an f32. */
  readonly lambda: number;
}

/**
 * The most columns that matrices of examples hold, and that are worked on at a time. It changes no bit, since
 * a shard's sums go on from tile to tile in index order; it keeps a tile in the cache, and weights well used.
 */
export const MOST_COLUMNS = 256;

/** How an implementation lays matrices out. Lengths are in numbers, not bytes. Sums are laid out like parameters. */
export interface KernelLayout {
  /** Of W or dW of a layer. */
  weightsLength(shape: LayerShape): number;
  /** Of b or db of a layer. */
  biasLength(units: number): number;
  /** Of {@link PackedLayer.transposedW}; where it is not 0, W consists of panels, see {@link Kernels.transpose}. */
  transposedLength(shape: LayerShape): number;
  /** Of one panel of W: some whole rows. */
  panelLength(shape: LayerShape): number;
  /** Of a matrix of {@link MOST_COLUMNS} examples. */
  columnsLength(rows: number): number;
  /** Of the features of so many examples, as the first layer takes them. */
  featuresLength(shape: LayerShape): number;
  /** What operations need for themselves. */
  scratchBytes(first: LayerShape): number;
  /** How many neighbouring shards outerProducts folds at a time in a layer of that shape; a power of two. */
  mostShards(shape: LayerShape): number;
  /** Lays W, [units, inputs] row after row, out; the rest of `packed` becomes zero. */
  packWeights(W: Float32Array, packed: Float32Array, shape: LayerShape): void;
  /** Copies W, or dW, out of that layout. */
  unpackWeights(packed: Float32Array, W: Float32Array, shape: LayerShape): void;
  /** Where element (row, column) of a matrix of examples with so many rows lies. */
  placeInColumns(rows: number, row: number, column: number): number;
  /** Copies [rows, columns] out, column after column. */
  unpackColumns(A: Float32Array, rows: number, columns: number, out: Float32Array): void;
}

export interface Kernels {
  readonly name: KernelName;

  /**
   * A[:, c] = scale X[:, order[first + c]] for c = 0 .. count - 1, as f32; X must stay as it is while A is in use.
   * @param A [layout.featuresLength]
   * @param shape of the first layer
   */
  gather(features: FeatureMatrix, columns: ColumnRun, A: Float32Array, shape: LayerShape): void;

  /** transposedW = W' for panels [first, end) of W, where the kernels want it. */
  transpose(layer: PackedLayer, first: number, end: number): void;

  /**
   * out = g(W A + b).
   *
   * A is features for the first layer, from {@link gather}, and columns for the others.
   *
   * Each sum starts from the bias and takes its terms in index order. By lanes: lane j of 8 starts
   * from 0 and takes terms j, j + 8, j + 16, ... in order; the lanes fold as
   * ((0+4) + (2+6)) + ((1+5) + (3+7)); the bias comes last.
   */
  affine(layer: PackedLayer, A: Float32Array, out: Float32Array, columns: number): void;

  /** A = g(Z), for the g whose derivative does not follow from A: {@link PackedLayer.activationApart}. */
  activate(layer: PackedLayer, Z: Float32Array, A: Float32Array, columns: number): void;

  /**
   * out = A * D, element by element: D is the mask's factor where a unit is kept, and 0, not -0 or NaN, is what is dropped.
   * @param examples the number of each column's example, [columns]
   * @param out it may be A
   */
  dropUnits(mask: DropoutMask, examples: Uint32Array, A: Float32Array, out: Float32Array, columns: number): void;

  /**
   * A = softmax(Z) per column, the largest logit subtracted first, exponentials summed in index
   * order; and the cross-entropy of each column, log(sum) - (Z[label] - max).
   */
  softmaxCrossEntropy(Z: Float32Array, A: Float32Array, answers: Answers, units: number, columns: number): void;

  /** dZ = A - Y, Y one-hot from the labels. */
  subtractOneHot(A: Float32Array, labels: Uint16Array, dZ: Float32Array, units: number, columns: number): void;

  /**
   * out = dZ[l-1] = W' dZ * g'(Z[l-1]): each sum starts from 0 and takes the units in index order.
   * @param Z what g' follows from: A[l-1] = g(Z[l-1]), or Z[l-1] where it does not follow from that
   */
  backpropagate(layer: PackedLayer, dZ: Float32Array, Z: Float32Array, out: Float32Array, columns: number): void;

  /**
   * dW = dZ A', a sum for each of the neighbouring shards in the tile, columns in index order, and
   * these folded along the tree of reduction/shards.ts. A is as for {@link affine}.
   */
  outerProducts(shape: LayerShape, dZ: Float32Array, A: Float32Array, shards: ShardColumns, dW: Float32Array): void;

  /** db = sum(dZ) per row, otherwise like {@link outerProducts}. */
  rowSums(shape: LayerShape, dZ: Float32Array, shards: ShardColumns, db: Float32Array): void;

  /** into += from: one addition of the all-reduce tree. */
  add(into: Float32Array, from: Float32Array): void;

  /**
   * The rest of the all-reduce: out[0 .. end - begin - 1] = the partials' numbers [begin, end), folded along the tree of
   * reduction/shards.ts over the partials' indices.
   * @param begin a multiple of 16, like `end` unless that is the length
   */
  reduce(partials: PartialSums, begin: number, end: number, out: Float32Array): void;

  /**
   * W[begin .. end - 1] = W - alpha (sum / m), element by element.
   * @param begin, end as for {@link reduce}
   * @param sum over the examples of the batch, [end - begin], of the elements from `begin` on
   * @returns whether all of them are finite now
   */
  descend(W: Float32Array, begin: number, end: number, sum: Float32Array, step: DescentStep): boolean;

  /**
   * V = mu V + dW, W = W - alpha V, element by element, with dW = sum / m and V slot 0.
   * @returns whether all of W and V are finite now
   */
  momentum(elements: Elements, step: MomentumStep): boolean;

  /** V = mu V + dW, W = W - alpha (dW + mu V); otherwise like {@link momentum}. */
  nesterov(elements: Elements, step: MomentumStep): boolean;

  /** S = beta S + rest (dW dW), W = W - alpha (dW / (sqrt(S) + epsilon)), with S slot 0; otherwise like {@link momentum}. */
  rmsprop(elements: Elements, step: RmspropStep): boolean;

  /**
   * M = beta1 M + rest1 dW, S = beta2 S + rest2 (dW dW),
   * W = W - alpha ((M correction1) / (sqrt(S correction2) + epsilon) + lambda W), with M slot 0 and S slot 1; otherwise
   * like {@link momentum}.
   */
  adam(elements: Elements, step: AdamStep): boolean;

  /**
   * sums[u] = db[u]^2 + dW[u, 0]^2 + dW[u, 1]^2 + ..., from left to right, for each unit of a layer.
   * @param sums [layout.biasLength]
   */
  sumsOfSquares(shape: LayerShape, dW: Float32Array, db: Float32Array, sums: Float32Array): void;

  /** Whether all numbers are finite. */
  areFinite(numbers: Float32Array): boolean;
}
