/** Defines the type of a recipe. */
import type { NetworkOptions, Task } from "@scratch-nn/core";
import type { TrialFitOptions } from "@scratch-nn/parallel";

/** The data's size, which determines a recipe and the amount of its work. */
export interface DataSize {
  /** Rows of the training part. */
  readonly rows: number;
  /** All inputs, including bins of numbers. */
  readonly inputs: number;
  /** The inputs that are bins, which come last. */
  readonly bins: number;
  readonly outputs: number;
  readonly task: Task["kind"];
}

/** A complete training procedure that depends on the data only. */
export interface Recipe {
  readonly name: string;
  /** Whether it also learns from bins of numbers. */
  readonly usesBins: boolean;
  /** Units of each hidden layer; none connects the inputs to the outputs directly. */
  readonly hidden: readonly number[];
  /** Epochs where the work need not be cut. */
  readonly epochs: (size: DataSize) => number;
  readonly network: (size: DataSize) => Omit<NetworkOptions, "layers" | "seed" | "output">;
  /** @param inputs the number of inputs that the recipe learns from */
  readonly fit: (size: DataSize, inputs: number) => Omit<TrialFitOptions, "seed" | "kernels" | "epochs">;
  /** Epochs before the last, ascending, whose networks become members of their own. */
  readonly snapshots: (epochs: number) => readonly number[];
  /** The number of parts of the training part, at least 2. For each part, one network is trained on all others. */
  readonly folds: number;
}

/** Recipes that are trained side by side and weighted by their losses on data that they were not trained on. */
export type Portfolio = readonly Recipe[];

/** The number of inputs that a recipe learns from; they are the first ones. */
export function inputsOf({ usesBins }: Recipe, { inputs, bins }: DataSize): number {
  return usesBins ? inputs : inputs - bins;
}
