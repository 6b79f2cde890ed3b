/** How a training part becomes networks: by one training, or by many. */
import type { Network, Output } from "@scratch-nn/core";
import type { Dataset } from "@scratch-nn/data";
import type { Trial, TrialOutcome } from "@scratch-nn/parallel";

/** Columns of a dataset to train on, and others to see what that is worth. */
export interface Part {
  readonly dataset: Dataset;
  /** What its networks' last layer is. */
  readonly output: Output;
  /** How many outputs they have. */
  readonly units: number;
  /** Of the data that trials are about, which they are. */
  readonly data: number;
  /** The same without the bins of numbers: the inputs before them. */
  readonly dataBesidesBins: number;
  readonly train: Uint32Array;
  /** Columns that are looked at in training, besides; undefined for none. */
  readonly validation?: Uint32Array | undefined;
  readonly heldBack: Uint32Array;
}

/** One of the networks that are averaged. */
export interface Member {
  readonly network: Network;
  /** All of them add up to 1. */
  readonly weight: number;
}

/** What a recipe was found to be worth. */
export interface RecipeFigures {
  readonly name: string;
  readonly networks: number;
  /** Mean loss of its networks, averaged, on what each was not trained on; null where its trials failed. */
  readonly innerLoss: number | null;
  readonly weight: number;
  /** Why it came to nothing. */
  readonly failure?: string;
}

export interface Trained {
  readonly members: readonly Member[];
  /** What they say together of the columns held back, [outputs, heldBack.length]. */
  readonly outputs: Float32Array;
  /** Of a portfolio. */
  readonly recipes?: readonly RecipeFigures[];
}

export type Description = readonly (readonly [name: string, value: string])[];

export interface Way {
  /** In words, for the plan. */
  describe(part: Part): Description;
  /** The trials that it takes: a function of the part, the options and the seed. */
  plan(part: Part): readonly Trial[];
  /**
   * @param outcomes of the trials of {@link plan}
   * @returns what came out, or why nothing did
   */
  combine(part: Part, outcomes: readonly TrialOutcome[]): Trained | { readonly failure: string };
}
