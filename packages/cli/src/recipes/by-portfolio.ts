/** A portfolio on a training part: each recipe on inner folds of it, weighted by what it is worth there. */
import { networkOf } from "@scratch-nn/core";
import { averageOutputs } from "@scratch-nn/core/engine";
import { foldGroups, otherColumns, stratifiedFolds } from "@scratch-nn/data";
import { hasFailed, type Trial, type TrialOutcome, type TrialResult } from "@scratch-nn/parallel";
import { counted } from "../output/report.ts";
import type { Description, Member, Part, RecipeFigures, Way } from "../trials/way.ts";
import { greedyWeights } from "./greedy.ts";
import { meanLoss } from "./losses.ts";
import type { Portfolio, Recipe } from "./recipe.ts";
import { planWork, type Work } from "./work.ts";

/** One trial of a recipe. */
interface InnerTrial {
  readonly recipe: number;
  readonly trial: Trial;
  /** How many of its columns held back are of the training part; those behind are the part's own. */
  readonly inner: number;
}

/** The networks' and the runs' seeds are `seed` and those after it. */
export function byPortfolio(name: string, portfolio: Portfolio, seed: number, kernels: Trial["fit"]["kernels"]): Way {
  const workOf = ({ dataset, units, train }: Part): Work =>
    planWork(portfolio, { rows: train.length, inputs: dataset.inputs, outputs: units });
  const plan = (part: Part): InnerTrial[] => {
    const { recipes, heldBack } = workOf(part);
    return recipes.flatMap((recipe, r) => trialsOf(recipe, r, { part, heldBack, seed, kernels }));
  };
  return {
    describe: (part) => describeWork(name, portfolio, workOf(part)),
    plan: (part) => plan(part).map(({ trial }) => trial),
    combine: (part, outcomes) => combine(part, portfolio, plan(part), outcomes),
  };
}

function describeWork(name: string, portfolio: Portfolio, { recipes, heldBack }: Work): Description {
  const [{ folds }] = portfolio;
  const parts = heldBack === folds ? "each of them" : `${heldBack} of them`;
  const inner = `a network for ${parts} of ${folds} inner folds held back, of each recipe; weights by what they are worth there`;
  const isCut = recipes.some(({ fit }, r) => fit.epochs < portfolio[r].fit.epochs) || heldBack < folds;
  return [
    ["recipe", portfolio.length === 1 ? name : `${name}: ${portfolio.map((recipe) => recipe.name).join(", ")}`],
    ["", portfolio.length === 1 ? inner.replace("; weights by what they are worth there", ", and their mean") : inner],
    ...recipes.map((recipe): [string, string] => ["", describeRecipe(recipe)]),
    ...(isCut ? ([["", "fewer inner folds or epochs than for less data"]] satisfies [string, string][]) : []),
  ];
}

function describeRecipe({ name, hidden, network, fit, repeats }: Recipe): string {
  const layers = hidden.length === 0 ? "no hidden layer" : `${hidden.join("-")} ${network.activation}`;
  const how = `${fit.optimizer?.name} ${fit.learningRate}, ${counted(fit.epochs, "epoch")} of batch ${fit.batchSize}`;
  return `${name}: ${layers}, ${how}${repeats === 1 ? "" : `, ${repeats} times`}`;
}

interface Trying {
  readonly part: Part;
  readonly heldBack: number;
  readonly seed: number;
  readonly kernels: Trial["fit"]["kernels"];
}

function trialsOf(recipe: Recipe, r: number, { part, heldBack, seed, kernels }: Trying): InnerTrial[] {
  const { dataset, output, units, data, train } = part;
  const { hidden, network, fit, folds, repeats } = recipe;
  const layers = [dataset.inputs, ...hidden, units];
  const groups = foldGroups(dataset, train, folds);
  const trials: InnerTrial[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    // The first round of the seed is the outer folds'.
    const cut = stratifiedFolds(groups, Math.min(folds, train.length), seed, 1 + repeat);
    for (const [k, inner] of cut.slice(0, heldBack).entries()) {
      const own = (seed + repeat * folds + k) % 2 ** 32;
      const trial = {
        network: { ...network, output, layers, seed: own },
        fit: { ...fit, seed: own, ...(kernels === undefined ? {} : { kernels }) },
        data,
        train: otherColumns(train, inner),
        heldBack: Uint32Array.of(...inner, ...part.heldBack),
      };
      trials.push({ recipe: r, trial, inner: inner.length });
    }
  }
  return trials;
}

function combine(
  part: Part,
  portfolio: Portfolio,
  planned: readonly InnerTrial[],
  outcomes: readonly TrialOutcome[],
): ReturnType<Way["combine"]> {
  const tried = portfolio.map((recipe, r) => {
    const places = [...planned.keys()].filter((place) => planned[place].recipe === r);
    const failed = places.map((place) => outcomes[place]).find(hasFailed);
    const done = failed ? [] : places.map((place) => ({ ...planned[place], ...(outcomes[place] as TrialResult) }));
    return { recipe, done, failure: failed?.failure };
  });
  const working = tried.filter(({ failure }) => failure === undefined);
  if (working.length === 0) return { failure: tried[0].failure! };
  const { units } = part;
  const judged = working.map(({ done }) => outOfFold(done, units));
  const lossOf = (outputs: Float64Array): number => meanLoss(part, outputs, judged[0].columns);
  const weights = greedyWeights(
    judged.map(({ outputs }) => outputs),
    lossOf,
  );
  const members: (Member & { readonly outputs: Float32Array })[] = [];
  for (const [w, { done }] of working.entries()) {
    if (weights[w] === 0) continue;
    for (const { trial, parameters, outputs, inner } of done) {
      const { layers, activation = "relu" } = trial.network;
      const network = networkOf(layers, activation, parameters, part.output);
      members.push({ network, weight: weights[w] / done.length, outputs: outputs.subarray(units * inner) });
    }
  }
  const recipes = tried.map(({ recipe: { name }, done, failure }): RecipeFigures => {
    const w = working.findIndex(({ recipe }) => recipe.name === name);
    if (w < 0) return { name, networks: 0, innerLoss: null, weight: 0, ...(failure === undefined ? {} : { failure }) };
    return { name, networks: done.length, innerLoss: lossOf(judged[w].outputs), weight: weights[w] };
  });
  return {
    members: members.map(({ network, weight }) => ({ network, weight })),
    outputs: averageOutputs(
      members.map(({ outputs }) => outputs),
      members.map(({ weight }) => weight),
    ),
    recipes,
  };
}

/** What a recipe's networks say of what they were not trained on, repeats averaged: the columns ascending. */
function outOfFold(done: readonly (InnerTrial & TrialResult)[], units: number) {
  const sums = new Map<number, { readonly sum: Float64Array; count: number }>();
  for (const { trial, outputs, inner } of done) {
    for (let c = 0; c < inner; c++) {
      const column = trial.heldBack[c];
      const at = sums.get(column) ?? { sum: new Float64Array(units), count: 0 };
      for (let u = 0; u < units; u++) at.sum[u] += outputs[c * units + u];
      at.count++;
      sums.set(column, at);
    }
  }
  const columns = Uint32Array.from(sums.keys()).sort();
  const outputs = new Float64Array(units * columns.length);
  for (const [c, column] of columns.entries()) {
    const { sum, count } = sums.get(column)!;
    for (let u = 0; u < units; u++) outputs[c * units + u] = sum[u] / count;
  }
  return { columns, outputs };
}
