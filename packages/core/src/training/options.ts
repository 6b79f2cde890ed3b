/** The options and results of fit, for core and for parallel. */
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
  /**
   * Mean loss over the epoch's examples, by default the cross-entropy. Each loss is computed before its batch's update.
   */
  readonly loss: number;
  /**
   * Fraction of the examples predicted correctly, from 0 to 1, also computed before the update. With labels, an example
   * is correct if all of its labels are. Absent for quantities.
   */
  readonly accuracy?: number;
  /** With validation examples: the figures of `evaluate` on them with the same loss, after the epoch. */
  readonly validation?: ValidationFigures;
}

export type ValidationFigures = Pick<EpochReport, "loss" | "accuracy">;

/**
 * The position of a run between two steps. With the parameters at that time, the data and the options, it determines
 * the rest of the run. The order of the examples is a function of (seed, epoch), and plain gradient descent has no
 * other state. The position includes the optimiser's state and any parameters that a run keeps besides its own.
 */
export interface TrainingPosition {
  /** The current or next epoch, from 1; the number of epochs plus one when all are done. */
  readonly epoch: number;
  /** Steps of that epoch that are done; all of them where only its validation remains. */
  readonly batch: number;
  /** Updates applied since the start of the training. */
  readonly steps: number;
  /** Sum of the losses of that epoch's examples so far. */
  readonly loss: number;
  /** The number of these examples predicted correctly; 0 for quantities. */
  readonly correct: number;
  /** The reports of the completed epochs. */
  readonly reports: readonly EpochReport[];
  /** The optimiser's state; absent for plain gradient descent, which has none. */
  readonly optimizer?: OptimizerState;
  /** [parameterCount]: the parameters of the best epoch so far, or the running mean, where the run keeps them. */
  readonly kept?: Float32Array;
  /**
   * [parameterCount]: the run's current parameters, where the network holds others: at the end of a run that returns
   * the best epoch's parameters or a mean. Training resumes from them.
   */
  readonly parameters?: Float32Array;
}

/** The parameters that a run returns in place of those of its last step. */
export interface SelectedParameters {
  /** `best`: those at the end of the epoch with the best validation; `average`: their mean over the last epochs. */
  readonly of: "best" | "average";
  /** The best epoch, or the last one in the mean. */
  readonly epoch: number;
  /** The number of epochs in the mean; 1 for the best. */
  readonly epochs: number;
  /** [parameterCount] */
  readonly parameters: Float32Array;
}

/** An optimiser and its state. */
export interface OptimizerState {
  readonly settings: OptimizerSettings;
  /** Each [parameterCount], W1, b1, W2, b2, ... like the network's parameters. */
  readonly slots: readonly Float32Array[];
}

export interface FitProgress {
  /** The current epoch, 1 for the first. */
  readonly epoch: number;
  /** Examples of that epoch processed so far. */
  readonly examples: number;
}

export interface FitOptions {
  /** Passes over the examples; from 1. */
  readonly epochs: number;
  /** Examples per step, or `full` for all of them in their own order (the notes). Default full. */
  readonly batchSize?: number | "full";
  /**
   * The loss to minimise. The default depends on the output of the network:
   * { name: "cross-entropy" } for softmax and sigmoid, { name: "squared-error" } for identity.
   */
  readonly loss?: LossOptions;
  /** The optimiser. Default { name: "gradient-descent" }, as in the notes. */
  readonly optimizer?: OptimizerOptions;
  /** alpha; above 0, finite. Default 0.1; for momentum and nesterov 0.01, for rmsprop, adam and adamw 0.001. */
  readonly learningRate?: number;
  /** The learning rate schedule. Default { name: "constant" }. */
  readonly schedule?: ScheduleOptions;
  /** Learning rate factors by layer, and for biases. Default: none. */
  readonly factors?: RateFactors;
  /** The schedule of AdamW's weight decay: the factor by which lambda is multiplied in each step. Default constant. */
  readonly decaySchedule?: StrengthSchedule;
  /**
   * Examples for validation only. Each epoch's report includes their figures. With {@link averageFrom}, the running
   * mean is validated from the first epoch that it includes.
   */
  readonly validation?: Examples;
  /** Stops the run after `patience` epochs, from 1, without a better validation. Default: no early stopping. */
  readonly earlyStopping?: { readonly patience: number };
  /**
   * The parameters that the network ends with: those of the `last` step, or those of the epoch with the `best`
   * validation, the first one of equals. A run that its signal stops leaves those of the last step in the network and
   * returns the best ones in its result. Default best with early stopping, else last.
   */
  readonly keep?: "last" | "best";
  /**
   * The criterion for a better validation: its `loss`, or its `score`, the accuracy. The loss decides where scores are
   * equal or absent. Default loss.
   */
  readonly bestBy?: "loss" | "score";
  /**
   * The fraction of the run, from 0 to below 1, after which a running mean of the parameters at the ends of epochs
   * begins. The network ends with that mean. Default: no mean. Not with `keep: "best"` or early stopping.
   */
  readonly averageFrom?: number;
  /**
   * The maximum norm of the gradient, over all dW and db of a step. A longer gradient is scaled down to that norm.
   * Above 0; default no limit. The main thread then updates alone, whatever `update` is.
   */
  readonly clipNorm?: number;
  /** Dropout of hidden units. Default none. The losses of an epoch are then those with dropout. */
  readonly dropout?: DropoutOptions;
  /**
   * The number of shards, each with a partial sum, that a batch is cut into; from 1. Default: by the size of the batch.
   * It changes the last bits of the result.
   */
  readonly shards?: number;
  /** Seed of the order of mini-batches and of dropout; from 0 to 2^32 - 1. Default 1. */
  readonly seed?: number;
  /** The implementation of the kernels; it does not change any bit of the result. Default auto. */
  readonly kernels?: KernelChoice;
  /**
   * The position of an earlier run with the same examples and options, to resume from. The network must hold the
   * parameters of that position. The result has the bits of a run that was never interrupted. Default: the beginning.
   */
  readonly from?: TrainingPosition;
  /**
   * Called after each epoch and its validation; the network then holds the current parameters. If it throws, training
   * ends with that error, and the network keeps those parameters. It may take any amount of time. Parallel's fit waits
   * for a promise that it returns; core's fit, which cannot wait, throws an InputError.
   */
  readonly onEpoch?: (report: EpochReport) => unknown;
  /** Saves the run at intervals, so that a later run can resume there with {@link FitOptions.from}. */
  readonly checkpoints?: Checkpoints;
  /** Called from time to time within an epoch. */
  readonly onProgress?: (progress: FitProgress) => void;
  /** For example an AbortSignal. Once it is aborted, training stops with the last whole step applied. */
  readonly signal?: { readonly aborted: boolean };
}

export interface Checkpoints {
  /** Called after every step: returns whether a checkpoint is due. */
  readonly areDue: (epoch: number, batch: number) => boolean;
  /**
   * Called with the position and the network at that step; it must copy what it keeps of the network. Its parameters
   * are finite. A run that fails also passes its last whole step, whether or not one is due.
   */
  readonly take: (position: TrainingPosition, network: Network) => void;
}

export interface FitResult {
  readonly epochs: readonly EpochReport[];
  /** Updates applied since the start of the training. */
  readonly steps: number;
  /** False when the signal ended the run early. */
  readonly completed: boolean;
  /** Whether early stopping ended the run before its last epoch. */
  readonly stoppedEarly: boolean;
  /** The best parameters, or the mean; undefined where there are none yet, or the options ask for none. */
  readonly selected?: SelectedParameters;
  /** The position at the end of the run, to resume from with {@link FitOptions.from}. */
  readonly position: TrainingPosition;
}
