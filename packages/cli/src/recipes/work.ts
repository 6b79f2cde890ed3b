/** How much of a portfolio is done: a function of the data's size alone, never of the clock. */
import { parameterCount } from "@scratch-nn/core/engine";
import { type DataSize, inputsOf, type Portfolio } from "./recipe.ts";

/** Of the recipes of a portfolio, what is done. */
export interface Work {
  /** Of each recipe. */
  readonly epochs: readonly number[];
  /** Of the parts that each recipe cuts the data into, how many are held back. */
  readonly heldBack: number;
  /** Whether that is less than all. */
  readonly isCut: boolean;
}

/** Multiplications of a portfolio on one training part: half a minute or so on two cores of 2024. */
const MOST_MULTIPLICATIONS = 1e12;

/**
 * All of it where that takes up to 10^12 multiplications; with more, fewer parts are held back, down to one, and then
 * there are fewer epochs, down to one.
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

/** Three for each parameter, example and epoch: forward, and both factors of the way back. */
function multiplications(portfolio: Portfolio, size: DataSize, heldBack: number): number {
  return portfolio.reduce((sum, recipe) => {
    const parameters = parameterCount([inputsOf(recipe, size), ...recipe.hidden, size.outputs]);
    return sum + 3 * parameters * size.rows * (1 - 1 / recipe.folds) * recipe.epochs(size) * heldBack;
  }, 0);
}
