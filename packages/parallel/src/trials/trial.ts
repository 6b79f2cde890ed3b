/** A trial: one training run on some columns, and the network's outputs for others. */
import type { EpochReport, Examples, FitOptions, NetworkOptions } from "@scratch-nn/core";

/** The data that trials share. SharedArrayBuffers are read in place. */
export type TrialData = Omit<Examples, "columns">;

/** The options of a run that can be sent to a thread. */
export type TrialFitOptions = Omit<FitOptions, "from" | "onEpoch" | "checkpoints" | "onProgress" | "signal">;

export interface Trial {
  /** The index into a list of data; default 0. */
  readonly data?: number;
  readonly network: NetworkOptions;
  readonly fit: TrialFitOptions;
  /** Columns of X to train on, in their order. */
  readonly train: Uint32Array;
  /** Columns of X to validate on after every epoch. They replace `fit.validation`, whose X each thread would copy. */
  readonly validation?: Uint32Array | undefined;
  /** Columns of X that the trained network predicts; may be empty. */
  readonly heldBack: Uint32Array;
  /** Epochs before the last, ascending, at whose end the network is also kept. Default: none. */
  readonly snapshots?: readonly number[];
}

/** A network at the end of an epoch. */
export interface TrialNetwork {
  /** W1, b1, W2, b2, ...: [parameterCount]. */
  readonly parameters: Float32Array;
  /** A[L] of the held-back columns: [n[L], heldBack.length], column after column. */
  readonly outputs: Float32Array;
}

export interface TrialResult extends TrialNetwork {
  /** The networks of the trial's snapshots, in order. */
  readonly snapshots: readonly TrialNetwork[];
  readonly reports: readonly EpochReport[];
  /** Duration of the last attempt. */
  readonly seconds: number;
  /** 1 unless its thread was lost. */
  readonly attempts: number;
}

/** A failed trial: an option was wrong, it diverged, or its thread died repeatedly. */
export interface TrialFailure {
  readonly failure: string;
  readonly attempts: number;
}

export type TrialOutcome = TrialResult | TrialFailure;

export function hasFailed(outcome: TrialOutcome): outcome is TrialFailure {
  return "failure" in outcome;
}
