/** The interface of procedures that train networks on a part: by one training, or by many. */
import type { Network, Output } from "@scratch-nn/core";
import type { Dataset } from "@scratch-nn/data";
import type { Trial, TrialOutcome } from "@scratch-nn/parallel";

/** Columns of a dataset to train on, and held-back columns to evaluate on. */
export interface Part {
  readonly dataset: Dataset;
  /** The networks' output layer. */
  readonly output: Output;
  /** The number of outputs. */
  readonly units: number;
  /** The index of its data among the trials' sources. */
  readonly data: number;
  /** The index of the same data without the bins of numbers, which are the last inputs. */
  readonly dataBesidesBins: number;
  readonly train: Uint32Array;
  /** Columns for validation during training; undefined for none. */
  readonly validation?: Uint32Array | undefined;
  readonly heldBack: Uint32Array;
}

/** One of the networks that are averaged. */
export interface Member {
  readonly network: Network;
  /** The members' weights add up to 1. */
  readonly weight: number;
}

/** The figures of a recipe. */
export interface RecipeFigures {
  readonly name: string;
  readonly networks: number;
  /** Mean loss of its averaged networks on the columns that each was not trained on; null where its trials failed. */
  readonly innerLoss: number | null;
  readonly weight: number;
  /** The reason why it failed. */
  readonly failure?: string;
}

export interface Trained {
  readonly members: readonly Member[];
  /** The averaged outputs for the held-back columns, [outputs, heldBack.length]. */
  readonly outputs: Float32Array;
  /** Set for a portfolio only. */
  readonly recipes?: readonly RecipeFigures[];
}

export type Description = readonly (readonly [name: string, value: string])[];

export interface Way {
  /** A description for the plan. */
  describe(part: Part): Description;
  /** The required trials: a function of the part, the options and the seed. */
  plan(part: Part): readonly Trial[];
  /**
   * @param outcomes of the trials of {@link plan}
   * @returns the result, or the reason why there is none
   */
  combine(part: Part, outcomes: readonly TrialOutcome[]): Trained | { readonly failure: string };
}
