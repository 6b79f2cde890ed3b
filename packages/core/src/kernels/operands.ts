/** The operands of the kernels: examples, shards, partial sums, and the numbers of an update. */

/** The caller's features and their scale, an f32: the network's X is the scale times these. */
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
  /** The column of A that receives the first of them, a multiple of 4; default 0. */
  readonly at?: number;
}

/** Inputs [from, to) of a layer, in whole panels of the layout. */
export interface InputRange {
  readonly from: number;
  readonly to: number;
}

/** The label and the results of each column of a tile: [columns] each. */
export interface Answers {
  /** The class. */
  readonly labels: Uint16Array;
  /** Receives the cross-entropy. */
  readonly losses: Float32Array;
  /** Receives the class with the largest probability, the first one of equals. */
  readonly predicted: Uint16Array;
}

/** Adjacent shards whose columns are in the tile. */
export interface ShardColumns {
  /** The number of columns of each shard, in order: [shards], at most {@link KernelLayout.mostShards}. */
  readonly counts: Uint32Array;
  /** With one shard: whether its sums continue from the existing values rather than start from 0. */
  readonly goesOn: boolean;
  /** The inputs whose products are wanted; dW then has these inputs alone. Default: all of the layer. */
  readonly inputs?: InputRange;
}

/**
 * The units of a layer that a step drops. Unit u of an example has a word of 32 random bits, computed by
 * Threefry-2x32-20 under `key`. The counter is the example's number and 8 floor(u / 16) + u mod 8. The unit takes the
 * first word where u mod 16 is below 8, else the second.
 */
export interface DropoutMask {
  readonly units: number;
  /** Two words, signed. */
  readonly key: readonly [k0: number, k1: number];
  /** A unit is kept where its signed word is above this limit. */
  readonly limit: number;
  /** The factor of the kept units, an f32. */
  readonly factor: number;
}

/** Contiguous partial sums in the layout of the parameters. */
export interface PartialSums {
  /** Partial i is numbers[i * stride ..]. */
  readonly numbers: Float32Array;
  /** A multiple of 16. */
  readonly stride: number;
  readonly count: number;
}

/** The divisor and the factor of an update. */
export interface DescentStep {
  /** Examples of the batch, times the divisor of gradient clipping; an f32. */
  readonly m: number;
  /** The learning rate, an f32. */
  readonly alpha: number;
}

/** Contiguous parameters for an update with state, and their state. */
export interface Elements {
  /** All parameters: W1, b1, W2, b2, ... */
  readonly parameters: Float32Array;
  /** The optimiser's state, each array in the layout of the parameters. */
  readonly slots: readonly Float32Array[];
  /** Elements [begin, end): multiples of 16, except where `end` is the length. */
  readonly begin: number;
  readonly end: number;
  /** The gradient's sum over the examples of the batch, for the elements from `begin` on: [end - begin]. */
  readonly sum: Float32Array;
}

export interface MomentumStep extends DescentStep {
  /** The decay factor of the velocity, an f32. */
  readonly mu: number;
}

/** An exponential running average that starts from zero, in f32. */
export interface RunningAverage {
  readonly beta: number;
  /** 1 - beta */
  readonly rest: number;
  /** 1 / (1 - beta^t): corrects the average after t steps for its start from zero. */
  readonly correction: number;
}

export interface RmspropStep extends DescentStep {
  /** The average of the gradient's squares. */
  readonly second: RunningAverage;
  /** An f32. */
  readonly epsilon: number;
}

export interface AdamStep extends RmspropStep {
  /** The average of the gradient. */
  readonly first: RunningAverage;
  /** The weight decay, multiplied by alpha in the update: an f32. */
  readonly lambda: number;
}
