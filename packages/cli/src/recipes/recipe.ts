/** What a recipe is. */
import type { NetworkOptions, Task } from "@scratch-nn/core";
import type { TrialFitOptions } from "@scratch-nn/parallel";

/** What a recipe, and how much of it is done, follow from. */
export interface DataSize {
  /** Of the training part. */
  readonly rows: number;
  /** All of them, bins of numbers among them. */
  readonly inputs: number;
  /** Those that are bins: the last ones. */
  readonly bins: number;
  readonly outputs: number;
  readonly task: Task["kind"];
}

/** A way to train networks, with nothing left open but the data. */
export interface Recipe {
  readonly name: string;
  /** Whether it learns from bins of numbers, too. */
  readonly usesBins: boolean;
  /** Units of each hidden layer; none: the inputs lead to the outputs. */
  readonly hidden: readonly number[];
  /** Passes over the rows, where nothing has to be saved. */
  readonly epochs: (size: DataSize) => number;
  readonly network: (size: DataSize) => Omit<NetworkOptions, "layers" | "seed" | "output">;
  /** @param inputs that it learns from */
  readonly fit: (size: DataSize, inputs: number) => Omit<TrialFitOptions, "seed" | "kernels" | "epochs">;
  /** Epochs before the last, ascending, whose networks are members of their own. */
  readonly snapshots: (epochs: number) => readonly number[];
  /** Into how many parts the training part is cut: a network is trained on all but one, for each of them; from 2. */
  readonly folds: number;
}

/** Recipes that are tried side by side, and weighted by what each is worth on what it was not trained on. */
export type Portfolio = readonly Recipe[];

/** The inputs that a recipe learns from: the first ones. */
export function inputsOf({ usesBins }: Recipe, { inputs, bins }: DataSize): number {
  return usesBins ? inputs : inputs - bins;
}
