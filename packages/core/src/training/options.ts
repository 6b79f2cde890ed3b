/** What a caller of fit passes and gets, here and in parallel. */
import type { Examples } from "../examples/examples.ts";
import type { LossOptions } from "../losses/settings.ts";
import type { Network } from "../model/network.ts";
import type { DropoutOptions } from "../optimisers/dropout.ts";
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
  /** Where there are examples to validate on: what `evaluate` makes of them with the same loss, after the epoch. */
  readonly validation?: ValidationFigures;
}

export type ValidationFigures = Pick<EpochReport, "loss" | "accuracy">;

/**
 * Where a run stands between two steps. With the parameters of then, the data and the options it
 * determines everything that follows: the order of the examples is a function of (seed, epoch),
 * and plain gradient descent has no other state. What other optimisers keep, and the parameters that a run keeps besides
 * its own, are part of it.
 */
export interface TrainingPosition {
  /** The epoch under way, or to begin; from 1, one more than there are epochs when all is done. */
  readonly epoch: number;
  /** Steps of that epoch that are done; all of them where nothing but its validation is left. */
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
  /** [parameterCount]: those of the best epoch so far, or the mean so far, where the run keeps them. */
  readonly kept?: Float32Array;
  /**
   * [parameterCount]: those of the moment, where the network holds others: at the end of a run that ends with its best
   * epoch's or with a mean. Training goes on from them.
   */
  readonly parameters?: Float32Array;
}

/** Parameters that a run gives in place of those of its last step. */
export interface SelectedParameters {
  /** `best`: those at the end of the epoch whose validation was best; `average`: their mean over the last epochs. */
  readonly of: "best" | "average";
  /** The best epoch, or the last that the mean is of. */
  readonly epoch: number;
  /** How many epochs they are the mean of; 1 for the best. */
  readonly epochs: number;
  /** [parameterCount] */
  readonly parameters: Float32Array;
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
  /**
   * Examples that nothing is learnt from: their figures are part of each epoch's report. Where there is a mean
   * ({@link averageFrom}), it is the mean that is looked at from its beginning on.
   */
  readonly validation?: Examples;
  /** Ends the run after so many epochs, from 1, without a better validation. Default: it goes on to the last epoch. */
  readonly earlyStopping?: { readonly patience: number };
  /**
   * Whose parameters the network ends with: the `last` step's, or those of the epoch whose validation was `best`, of equals
   * the first. A run that is stopped by its signal leaves the last step's, and gives the best ones in its result.
   * Default best with early stopping, else last.
   */
  readonly keep?: "last" | "best";
  /**
   * What makes a validation better: its `loss`, or its `score`, which is the accuracy, and the loss where scores are equal
   * or there is none. Default loss.
   */
  readonly bestBy?: "loss" | "score";
  /**
   * The part of the run, from 0 to below 1, after whose epochs a running mean of the parameters at the ends of epochs
   * begins: the network ends with it. Default: no mean. Not with `keep: "best"` or early stopping.
   */
  readonly averageFrom?: number;
  /**
   * The largest norm that the gradient may have, over all dW and db of a step: a longer one is made that long. Above 0;
   * default any. The main thread then updates alone, whatever `update` says.
   */
  readonly clipNorm?: number;
  /** Hidden units that are left out of a step. Default none. Losses of an epoch are those of what was left. */
  readonly dropout?: DropoutOptions;
  /** Partial sums that a batch is cut into; from 1. Default: by the size of the batch. It changes the last bits. */
  readonly shards?: number;
  /** Of the order of mini-batches, and of dropout; from 0 to 2^32 - 1. Default 1. */
  readonly seed?: number;
  /** Which implementation computes; it changes no bit. Default auto. */
  readonly kernels?: KernelChoice;
  /**
   * Where to go on: the position of an earlier run with the same examples and options, whose parameters of then
   * the network holds. It ends in the bits of a run that was never interrupted. Default: the beginning.
   */
  readonly from?: TrainingPosition;
  /**
   * Called after each epoch, its validation included; the network then holds the parameters of that moment. If it throws, training ends with
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
  /** Whether early stopping ended it before its last epoch. */
  readonly stoppedEarly: boolean;
  /** The best parameters, or the mean; undefined where there are none yet, or none are asked for. */
  readonly selected?: SelectedParameters;
  /** Where the run stands, to go on {@link FitOptions.from} there. */
  readonly position: TrainingPosition;
}
