/** What a caller of fit passes and gets, here and in parallel. */
import type { LossOptions } from "../losses/settings.ts";
import type { Network } from "../model/network.ts";
import type { RateFactors } from "../optimisers/factors.ts";
import type { StrengthSchedule } from "../optimisers/flat-cosine.ts";
import type { ScheduleOptions } from "../optimisers/schedule.ts";
import type { OptimizerOptions, OptimizerSettings } from "../optimisers/settings.ts";
import type { KernelChoice } from "../selection/choose.ts";

export interface EpochReport {
  /** 1 for the first. */
  readonly epoch: number;
  /** Mean loss over the epoch's examples, by default their cross-entropy, each taken before its batch's update. */
  readonly loss: number;
  /**
   * Share of the examples predicted rightly, likewise, from 0 to 1: of classes, or of all labels of an example. Absent
   * for quantities.
   */
  readonly accuracy?: number;
}

/**
 * Where a run stands between two steps. With the parameters of then, the data and the options it
 * determines everything that follows: the order of the examples is a function of (seed, epoch),
 * and plain gradient descent has no other state. What other optimisers keep is part of it.
 */
export interface TrainingPosition {
  /** The epoch under way, or to begin; from 1, one more than there are epochs when all is done. */
  readonly epoch: number;
  /** Steps of that epoch that are done. */
  readonly batch: number;
  /** Updates applied since the very beginning. */
  readonly steps: number;
  /** Sum of the losses of that epoch's examples so far. */
  readonly loss: number;
  /** How many of them were predicted rightly; 0 for quantities. */
  readonly correct: number;
  /** The epochs that are done. */
  readonly reports: readonly EpochReport[];
  /** What the optimiser has kept, unless it keeps nothing, as plain gradient descent does. */
  readonly optimizer?: OptimizerState;
}

/** An optimiser, and what it keeps. */
export interface OptimizerState {
  readonly settings: OptimizerSettings;
  /** Each [parameterCount], W1, b1, W2, b2, ... like the network's parameters. */
  readonly slots: readonly Float32Array[];
}

export interface FitProgress {
  /** The epoch under way, 1 for the first. */
  readonly epoch: number;
  /** Examples of that epoch that are done. */
  readonly examples: number;
}

export interface FitOptions {
  /** Passes over the examples; from 1. */
  readonly epochs: number;
  /** Examples a step, or `full` for all of them in their own order (the notes). Default full. */
  readonly batchSize?: number | "full";
  /**
   * What is minimised. Default: by the network's output, { name: "cross-entropy" } for softmax and sigmoid,
   * { name: "squared-error" } for identity.
   */
  readonly loss?: LossOptions;
  /** What makes an update of a gradient. Default { name: "gradient-descent" }, the notes'. */
  readonly optimizer?: OptimizerOptions;
  /** alpha; above 0, finite. Default 0.1; for momentum and nesterov 0.01, for rmsprop, adam and adamw 0.001. */
  readonly learningRate?: number;
  /** What becomes of the learning rate from step to step. Default { name: "constant" }. */
  readonly schedule?: ScheduleOptions;
  /** What the learning rate is multiplied by in a layer, and for biases. Default: nothing. */
  readonly factors?: RateFactors;
  /** What becomes of AdamW's weight decay from step to step; it is multiplied with lambda. Default constant. */
  readonly decaySchedule?: StrengthSchedule;
  /** Partial sums that a batch is cut into; from 1. Default: by the size of the batch. It changes the last bits. */
  readonly shards?: number;
  /** Of the order of mini-batches; from 0 to 2^32 - 1. Default 1. */
  readonly seed?: number;
  /** Which implementation computes; it changes no bit. Default auto. */
  readonly kernels?: KernelChoice;
  /**
   * Where to go on: the position of an earlier run with the same examples and options, whose parameters of then
   * the network holds. It ends in the bits of a run that was never interrupted. Default: the beginning.
   */
  readonly from?: TrainingPosition;
  /**
   * Called after each epoch; the network then holds the parameters of that moment. If it throws, training ends with
   * that error, and the network stays as it is then. It may take its time. parallel's fit waits for a promise that it
   * returns; core's, which cannot wait, throws an InputError.
   */
  readonly onEpoch?: (report: EpochReport) => unknown;
  /** For saving a run now and then, to go on {@link FitOptions.from} there. */
  readonly checkpoints?: Checkpoints;
  /** Called now and then within an epoch. */
  readonly onProgress?: (progress: FitProgress) => void;
  /** An AbortSignal, say: once aborted, training stops with the last whole step applied. */
  readonly signal?: { readonly aborted: boolean };
}

export interface Checkpoints {
  /** Asked after every step: whether it is time for one. */
  readonly areDue: (epoch: number, batch: number) => boolean;
  /**
   * Given where the run stands and the network as it is then; it must copy what it keeps of it.
   * Its parameters are finite. A run that fails gives its last whole step, due or not.
   */
  readonly take: (position: TrainingPosition, network: Network) => void;
}

export interface FitResult {
  readonly epochs: readonly EpochReport[];
  /** Updates that were applied, since the very beginning. */
  readonly steps: number;
  /** False when the signal ended it early. */
  readonly completed: boolean;
  /** Where the run stands, to go on {@link FitOptions.from} there. */
  readonly position: TrainingPosition;
}
