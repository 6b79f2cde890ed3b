/** What a recipe is: data. */
import type { NetworkOptions, Task } from "@scratch-nn/core";
import type { TrialFitOptions } from "@scratch-nn/parallel";

/** A way to train a network, with nothing left open but the data. */
export interface Recipe {
  readonly name: string;
  /** What it is for; default: anything. */
  readonly tasks?: readonly Task["kind"][];
  /** Units of each hidden layer; none: the inputs lead to the outputs. */
  readonly hidden: readonly number[];
  readonly network: Omit<NetworkOptions, "layers" | "seed" | "output">;
  readonly fit: Omit<TrialFitOptions, "seed" | "kernels">;
  /** Into how many parts the training part is cut: a network is trained on all but one, for each of them; from 2. */
  readonly folds: number;
  /** How often that is done, each time with another cut and other seeds; from 1. */
  readonly repeats: number;
}

/** Recipes that are tried side by side, and weighted by what each is worth on what it was not trained on. */
export type Portfolio = readonly Recipe[];
