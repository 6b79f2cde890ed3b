/** Describes the losses and the weights of a portfolio's recipes. */

import { printable } from "../output/printable.ts";
import { counted } from "../output/report.ts";
import type { RecipeFigures } from "../trials/way.ts";

/** One line per recipe, for the plan's table. @param folds the recipes' figures in each fold, or once without folds */
export function describeRecipes(folds: readonly (readonly RecipeFigures[])[]): [string, string][] {
  return folds[0].map(({ name }, r): [string, string] => {
    const all = folds.map((recipes) => recipes[r]);
    return [r === 0 ? "chosen" : "", `${name}: ${describeRecipe(all)}`];
  });
}

function describeRecipe(all: readonly RecipeFigures[]): string {
  const failure = all.find((figures) => figures.failure !== undefined)?.failure;
  const worked = all.filter((figures) => figures.innerLoss !== null);
  if (worked.length === 0) return `failed (${printable(failure ?? "")})`;
  const mean = (of: (figures: RecipeFigures) => number): number =>
    worked.reduce((sum, figures) => sum + of(figures), 0) / worked.length;
  const networks = counted(
    worked.reduce((sum, { networks: count }) => sum + count, 0),
    "network",
  );
  const loss = mean(({ innerLoss }) => innerLoss!).toFixed(4);
  const weight = (all.reduce((sum, figures) => sum + figures.weight, 0) / all.length).toFixed(2);
  const lost = failure === undefined ? "" : `; failed in ${all.length - worked.length} of ${all.length} folds`;
  const why = weight === "0.00" ? "nothing to add to the others" : `weight ${weight}`;
  return `loss ${loss} on inner folds held back, ${networks}: ${why}${lost}`;
}
