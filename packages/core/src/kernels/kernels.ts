/**
 * The interface of the kernels: all hot operations of training.
 *
 * Matrices of examples (A, Z, dZ) are [rows, C], one column per example; weights (W, dW) are [units, inputs]. Each
 * implementation chooses its memory layout, see {@link KernelLayout}. Every array passed to an operation, except X,
 * lies in the {@link Arena} that the kernels are bound to.
 *
 * All arithmetic is f32, with one rounding per operation and no fused multiply-add. Every sum runs in the order that
 * its docstring states. Those orders define the correct bits: kernels/reference implements them, and any other
 * implementation must agree with it by `===`.
 */
import type { Activation } from "../model/network.ts";
import type { Arena } from "./arena.ts";
import type {
  AdamStep,
  Answers,
  ColumnRun,
  DescentStep,
  DropoutMask,
  Elements,
  FeatureMatrix,
  MomentumStep,
  PartialSums,
  RmspropStep,
  ShardColumns,
} from "./operands.ts";

export type * from "./operands.ts";

export const KERNEL_NAMES = ["plain", "simd128", "simd256"] as const;
export type KernelName = (typeof KERNEL_NAMES)[number];

/** An implementation: its memory layout, and its operations once it is bound to memory. */
export interface KernelSource {
  readonly name: KernelName;
  readonly layout: KernelLayout;
  /**
   * @param arena holds all arrays that are passed to the operations
   * @param scratch a region of the arena for these kernels alone, [layout.scratchBytes]
   * @param holdsFeatures whether X also lies in the arena's memory
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
  /** Whether products are summed by lanes along the inputs: a first layer with few units. */
  readonly byLanes: boolean;
}

/** A layer's parameters in the kernels' layout. */
export interface PackedLayer {
  readonly shape: LayerShape;
  /** g[l] if affine applies it; undefined where it is applied separately, and for the last layer. */
  readonly activation: Activation | undefined;
  /** g[l] if {@link Kernels.activate} applies it, so that Z is kept for the backward pass. */
  readonly activationApart: Activation | undefined;
  /** g[l-1], which computed the layer's inputs; undefined for the first layer. */
  readonly inputActivation: Activation | undefined;
  readonly W: Float32Array;
  readonly b: Float32Array;
  /** W', where the kernels need it for the backward pass. */
  readonly transposedW: Float32Array;
  /** [1]: 1 if all weights are finite, so that their products with zeros can be skipped. */
  readonly finite: Uint8Array;
}

/**
 * The maximum number of columns of a matrix of examples, processed at once. It does not change any bit, since a shard's
 * sums continue from tile to tile in index order. It keeps a tile in the cache while reusing the weights.
 */
export const MOST_COLUMNS = 256;

/** The memory layout of an implementation. Lengths are in numbers, not bytes. Sums are laid out like parameters. */
export interface KernelLayout {
  /** The length of W or dW of a layer. */
  weightsLength(shape: LayerShape): number;
  /** The length of b or db of a layer. */
  biasLength(units: number): number;
  /** The length of {@link PackedLayer.transposedW}. Where it is not 0, W has panels, see {@link Kernels.transpose}. */
  transposedLength(shape: LayerShape): number;
  /** The length of one panel of W, which consists of whole rows. */
  panelLength(shape: LayerShape): number;
  /** The length of a matrix of {@link MOST_COLUMNS} examples. */
  columnsLength(rows: number): number;
  /** The length of the features of {@link MOST_COLUMNS} examples, as the first layer takes them. */
  featuresLength(shape: LayerShape): number;
  /** The bytes of scratch memory that the operations need. */
  scratchBytes(first: LayerShape): number;
  /** In a layout of panels: the units of a panel, and the distance between panels of a matrix of examples. */
  readonly panels?: { readonly units: number; readonly columns: number };
  /** How many adjacent shards outerProducts folds at once in a layer of that shape, at most; a power of two. */
  mostShards(shape: LayerShape): number;
  /** Copies W, [units, inputs] row after row, into this layout; the rest of `packed` becomes zero. */
  packWeights(W: Float32Array, packed: Float32Array, shape: LayerShape): void;
  /** Copies W, or dW, out of this layout. */
  unpackWeights(packed: Float32Array, W: Float32Array, shape: LayerShape): void;
  /** The position of element (row, column) in a matrix of examples with `rows` rows. */
  placeInColumns(rows: number, row: number, column: number): number;
  /** Copies a matrix, [rows, columns], to `out`, column after column. */
  unpackColumns(A: Float32Array, rows: number, columns: number, out: Float32Array): void;
}

export interface Kernels {
  readonly name: KernelName;

  /**
   * A[:, c] = scale X[:, order[first + c]] for c = 0 .. count - 1, as f32; X must not change while A is in use.
   * @param A [layout.featuresLength]
   * @param shape of the first layer
   */
  gather(features: FeatureMatrix, columns: ColumnRun, A: Float32Array, shape: LayerShape): void;

  /**
   * The same for a part of A's columns, in a layout of panels. Several threads may each gather a part. Once all are
   * there, {@link mapFeatures} is due.
   */
  gatherPart(features: FeatureMatrix, columns: ColumnRun, A: Float32Array, shape: LayerShape): void;

  /** Maps the nonzero features of A's columns, for the inputs of panels [first, end): the second half of gather. */
  mapFeatures(A: Float32Array, shape: LayerShape, columns: number, first: number, end: number): void;

  /** transposedW = W' for panels [first, end) of W, where the kernels need it. */
  transpose(layer: PackedLayer, first: number, end: number): void;

  /**
   * out = g(W A + b).
   *
   * A holds features for the first layer, from {@link gather}, and columns for the others.
   *
   * Each sum starts from the bias and takes its terms in index order. By lanes: lane j of 8 starts from 0 and takes
   * terms j, j + 8, j + 16, ... in order; the lanes fold as ((0+4) + (2+6)) + ((1+5) + (3+7)); the bias is added last.
   */
  affine(layer: PackedLayer, A: Float32Array, out: Float32Array, columns: number): void;

  /** The same for columns [first, end) of A and out, multiples of 4 (the last may be less), in a layout of panels. */
  affinePart(layer: PackedLayer, A: Float32Array, out: Float32Array, first: number, end: number): void;

  /** A = g(Z), for a g whose derivative cannot be computed from A: {@link PackedLayer.activationApart}. */
  activate(layer: PackedLayer, Z: Float32Array, A: Float32Array, columns: number): void;

  /**
   * out = A * D, element by element. D is the mask's factor for kept units. A dropped unit gives 0, not -0 or NaN.
   * @param examples the number of each column's example, [columns]
   * @param out may be A
   */
  dropUnits(mask: DropoutMask, examples: Uint32Array, A: Float32Array, out: Float32Array, columns: number): void;

  /**
   * A = softmax(Z) per column. The largest logit is subtracted first, and exponentials are summed in index order. Also
   * computes the cross-entropy of each column, log(sum) - (Z[label] - max).
   */
  softmaxCrossEntropy(Z: Float32Array, A: Float32Array, answers: Answers, units: number, columns: number): void;

  /** dZ = A - Y, with Y one-hot from the labels. */
  subtractOneHot(A: Float32Array, labels: Uint16Array, dZ: Float32Array, units: number, columns: number): void;

  /**
   * out = dZ[l-1] = W' dZ * g'(Z[l-1]): each sum starts from 0 and takes the units in index order.
   * @param Z the matrix that g' is computed from: A[l-1] = g(Z[l-1]), or Z[l-1] where A[l-1] is not enough
   */
  backpropagate(layer: PackedLayer, dZ: Float32Array, Z: Float32Array, out: Float32Array, columns: number): void;

  /**
   * dW = dZ A'. It computes one sum for each of the adjacent shards in the tile, with columns in index order, and folds
   * them along the tree of reduction/shards.ts. A is as for {@link affine}.
   */
  outerProducts(shape: LayerShape, dZ: Float32Array, A: Float32Array, shards: ShardColumns, dW: Float32Array): void;

  /** db = sum(dZ) per row, otherwise as {@link outerProducts}. */
  rowSums(shape: LayerShape, dZ: Float32Array, shards: ShardColumns, db: Float32Array): void;

  /** into += from: one addition of the all-reduce tree. */
  add(into: Float32Array, from: Float32Array): void;

  /**
   * Reduces the partials: out[0 .. end - begin - 1] = the partials' numbers [begin, end), folded along the tree of
   * reduction/shards.ts over the partials' indices.
   * @param begin a multiple of 16, like `end` unless that is the length
   */
  reduce(partials: PartialSums, begin: number, end: number, out: Float32Array): void;

  /**
   * W[begin .. end - 1] = W - alpha (sum / m), element by element.
   * @param begin, end as for {@link reduce}
   * @param sum over the examples of the batch, [end - begin], of the elements from `begin` on
   * @returns whether all of these elements are finite afterwards
   */
  descend(W: Float32Array, begin: number, end: number, sum: Float32Array, step: DescentStep): boolean;

  /**
   * V = mu V + dW, W = W - alpha V, element by element, with dW = sum / m and V in slot 0.
   * @returns whether all of W and V are finite afterwards
   */
  momentum(elements: Elements, step: MomentumStep): boolean;

  /** V = mu V + dW, W = W - alpha (dW + mu V); otherwise as {@link momentum}. */
  nesterov(elements: Elements, step: MomentumStep): boolean;

  /** S = beta S + rest (dW dW), W = W - alpha (dW / (sqrt(S) + epsilon)), S in slot 0; else as {@link momentum}. */
  rmsprop(elements: Elements, step: RmspropStep): boolean;

  /**
   * M = beta1 M + rest1 dW, S = beta2 S + rest2 (dW dW),
   * W = W - alpha ((M correction1) / (sqrt(S correction2) + epsilon) + lambda W), with M in slot 0 and S in slot 1;
   * otherwise as {@link momentum}.
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
