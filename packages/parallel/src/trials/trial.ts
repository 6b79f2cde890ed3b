/** A trial: one training run on some columns, and what comes out of it on others. */
import type { EpochReport, Examples, FitOptions, NetworkOptions } from "@scratch-nn/core";

/** What all trials of a call have in common; X, and the rest, in SharedArrayBuffers are read where they are. */
export type TrialData = Omit<Examples, "columns">;

/** The options of a run that can be sent to a thread. */
export type TrialFitOptions = Omit<FitOptions, "from" | "onEpoch" | "checkpoints" | "onProgress" | "signal">;

export interface Trial {
  /** Which of several data it is about; default 0. */
  readonly data?: number;
  readonly network: NetworkOptions;
  readonly fit: TrialFitOptions;
  /** Columns of X to train on, in their order. */
  readonly train: Uint32Array;
  /** Columns of X that are looked at after every epoch, in place of `fit.validation`, whose X each thread would have to copy. */
  readonly validation?: Uint32Array | undefined;
  /** Columns of X that the trained network is run on; may be none. */
  readonly heldBack: Uint32Array;
  /** Epochs before the last, ascending, at whose end the network is kept, too. Default: none. */
  readonly snapshots?: readonly number[];
}

/** A network, as it was at the end of an epoch. */
export interface TrialNetwork {
  /** W1, b1, W2, b2, ...: [parameterCount]. */
  readonly parameters: Float32Array;
  /** A[L] of the columns held back: [n[L], heldBack.length], column after column. */
  readonly outputs: Float32Array;
}

export interface TrialResult extends TrialNetwork {
  /** One for each of the trial's, in their order. */
  readonly snapshots: readonly TrialNetwork[];
  readonly reports: readonly EpochReport[];
  /** Of its last attempt. */
  readonly seconds: number;
  /** 1 unless its thread was lost. */
  readonly attempts: number;
}

/** A trial that came to nothing: an option was wrong, it diverged, or its thread died again and again. */
export interface TrialFailure {
  readonly failure: string;
  readonly attempts: number;
}

export type TrialOutcome = TrialResult | TrialFailure;

export function hasFailed(outcome: TrialOutcome): outcome is TrialFailure {
  return "failure" in outcome;
}
