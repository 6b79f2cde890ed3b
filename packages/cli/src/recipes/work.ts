/** How much of a portfolio is done: a function of the data's size alone, never of the clock. */
import { parameterCount } from "@scratch-nn/core/engine";
import type { Portfolio, Recipe } from "./recipe.ts";

/** What the amount of work follows from. */
export interface DataSize {
  /** Of the training part. */
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** Of the recipes of a portfolio, what is done. */
export interface Work {
  /** With the epochs that are left. */
  readonly recipes: Portfolio;
  /** Of the parts that each recipe cuts the data into, how many are held back. */
  readonly heldBack: number;
}

/** Multiplications of a portfolio on one training part: a minute or two on two cores of 2024. */
const MOST_MULTIPLICATIONS = 1e12;

/**
 * All of it where that takes up to 10^12 multiplications; with more, fewer parts are held back, down to one, and then
 * there are fewer epochs, down to one.
 */
export function planWork(portfolio: Portfolio, size: DataSize): Work {
  const all = Math.min(...portfolio.map(({ folds }) => folds));
  const whole = portfolio.reduce((sum, recipe) => sum + multiplications(recipe, size, recipe.folds), 0);
  const excess = whole / MOST_MULTIPLICATIONS;
  if (excess <= 1) return { recipes: portfolio, heldBack: all };
  const heldBack = Math.max(1, Math.floor(all / excess));
  const some = portfolio.reduce((sum, recipe) => sum + multiplications(recipe, size, heldBack), 0);
  const left = Math.min(1, MOST_MULTIPLICATIONS / some);
  const recipes = portfolio.map((recipe) => {
    const epochs = Math.max(1, Math.floor(recipe.fit.epochs * left));
    return { ...recipe, fit: { ...recipe.fit, epochs } };
  });
  return { recipes, heldBack };
}

/** Three for each parameter, example and epoch: forward, and both factors of the way back. */
function multiplications({ hidden, fit, folds, repeats }: Recipe, { rows, inputs, outputs }: DataSize, runs: number) {
  const examples = rows * (1 - 1 / folds) * fit.epochs * runs * repeats;
  return 3 * parameterCount([inputs, ...hidden, outputs]) * examples;
}
