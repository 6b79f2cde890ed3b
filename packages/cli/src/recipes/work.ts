/** Plans the amount of a portfolio's work from the data's size alone, never from the clock. */
import { parameterCount } from "@scratch-nn/core/engine";
import { type DataSize, inputsOf, type Portfolio } from "./recipe.ts";

/** The planned work of a portfolio. */
export interface Work {
  /** Epochs of each recipe. */
  readonly epochs: readonly number[];
  /** The number of parts that are held back, of those that each recipe cuts the data into. */
  readonly heldBack: number;
  /** Whether the plan is less than the full work. */
  readonly isCut: boolean;
}

/** The limit for a portfolio on one training part: about half a minute on two cores of 2024. */
const MOST_MULTIPLICATIONS = 1e12;

/**
 * Plans the full work up to 10^12 multiplications. Above that, it holds fewer parts back, down to one, and then trains
 * fewer epochs, down to one.
 */
export function planWork(portfolio: Portfolio, size: DataSize): Work {
  const all = Math.min(...portfolio.map(({ folds }) => folds));
  const epochs = portfolio.map((recipe) => recipe.epochs(size));
  const excess = multiplications(portfolio, size, all) / MOST_MULTIPLICATIONS;
  if (excess <= 1) return { epochs, heldBack: all, isCut: false };
  const heldBack = Math.max(1, Math.floor(all / excess));
  const left = Math.min(1, MOST_MULTIPLICATIONS / multiplications(portfolio, size, heldBack));
  return { epochs: epochs.map((count) => Math.max(1, Math.floor(count * left))), heldBack, isCut: true };
}

/** Three per parameter, example and epoch: the forward pass, and both products of the backward pass. */
function multiplications(portfolio: Portfolio, size: DataSize, heldBack: number): number {
  return portfolio.reduce((sum, recipe) => {
    const parameters = parameterCount([inputsOf(recipe, size), ...recipe.hidden, size.outputs]);
    return sum + 3 * parameters * size.rows * (1 - 1 / recipe.folds) * recipe.epochs(size) * heldBack;
  }, 0);
}
