/**
 * Trains a portfolio on a training part: each recipe on inner folds, with ensemble weights from the losses on the inner
 * held-back columns.
 */
import { inputsBesidesBins } from "@scratch-nn/core/engine";
import { foldGroups, otherColumns, stratifiedFolds } from "@scratch-nn/data";
import type { Trial } from "@scratch-nn/parallel";
import { counted } from "../output/report.ts";
import { portfolioNamed } from "../recipes/portfolio.ts";
import { type DataSize, inputsOf, type Portfolio, type Recipe } from "../recipes/recipe.ts";
import { planWork, type Work } from "../recipes/work.ts";
import type { Description, Part, Way } from "../trials/way.ts";
import { combineCandidates, type InnerTrial } from "./candidates.ts";

/** A portfolio for given data. */
interface Planned {
  readonly portfolio: Portfolio;
  readonly size: DataSize;
  readonly work: Work;
}

/** @param seed the first seed of the networks and the runs; fold k uses seed + k */
export function byPortfolio(name: string, seed: number, kernels: Trial["fit"]["kernels"]): Way {
  const plannedOn = (part: Part): Planned => {
    const size = sizeOf(part);
    const portfolio = portfolioNamed(name, size);
    return { portfolio, size, work: planWork(portfolio, size) };
  };
  const trialsOn = (part: Part): InnerTrial[] => {
    const planned = plannedOn(part);
    return planned.portfolio.flatMap((recipe, r) =>
      trialsOf(recipe, planned.work.epochs[r], { part, planned, seed, kernels }),
    );
  };
  return {
    describe: (part) => describePlanned(name, plannedOn(part)),
    plan: (part) => trialsOn(part).map(({ trial }) => trial),
    combine: (part, outcomes) => combineCandidates(part, trialsOn(part), outcomes, seed),
  };
}

function sizeOf({ dataset, units, train }: Part): DataSize {
  const { inputs, preprocessing, task } = dataset;
  const bins = inputs - inputsBesidesBins(preprocessing);
  return { rows: train.length, inputs, bins, outputs: units, task: task?.kind ?? "classes" };
}

function describePlanned(name: string, { portfolio, size, work }: Planned): Description {
  const [{ folds }] = portfolio;
  const parts = work.heldBack === folds ? "each of them" : `${work.heldBack} of them`;
  const means = "weights by what the networks are worth there";
  return [
    ["recipe", portfolio.length === 1 ? name : `${name}: ${portfolio.map((recipe) => recipe.name).join(", ")}`],
    ["", `a network of each recipe for ${parts} of ${folds} inner folds held back; ${means}`],
    ...portfolio.map((recipe, r): [string, string] => ["", describeRecipe(recipe, work.epochs[r], size)]),
    ...(work.isCut ? ([["", "fewer inner folds or epochs than for less data"]] satisfies [string, string][]) : []),
  ];
}

function describeRecipe(recipe: Recipe, epochs: number, size: DataSize): string {
  const { name, hidden, network, fit, snapshots } = recipe;
  const inputs = inputsOf(recipe, size);
  const { optimizer, learningRate, batchSize } = fit(size, inputs);
  const layers = `${[inputs, ...hidden, size.outputs].join("-")} ${network(size).activation}`;
  const kept = snapshots(epochs);
  const also = kept.length === 0 ? "" : `, and as after ${kept.join(", ")}`;
  return `${name}: ${layers}, ${optimizer?.name} ${learningRate}, ${counted(epochs, "epoch")} of batch ${batchSize}${also}`;
}

interface Trying {
  readonly part: Part;
  readonly planned: Planned;
  readonly seed: number;
  readonly kernels: Trial["fit"]["kernels"];
}

function trialsOf(recipe: Recipe, epochs: number, { part, planned, seed, kernels }: Trying): InnerTrial[] {
  const { dataset, output, units, train } = part;
  const { size, work } = planned;
  const { name, folds, hidden, usesBins } = recipe;
  const inputs = inputsOf(recipe, size);
  const snapshots = recipe.snapshots(epochs);
  // The outer folds use the first round of the same seed.
  const cut = stratifiedFolds(foldGroups(dataset, train, folds), Math.min(folds, train.length), seed, 1);
  return cut.slice(0, work.heldBack).map((inner, k): InnerTrial => {
    const own = (seed + k) % 2 ** 32;
    const trial: Trial = {
      network: { ...recipe.network(size), output, layers: [inputs, ...hidden, units], seed: own },
      fit: { ...recipe.fit(size, inputs), epochs, seed: own, ...(kernels === undefined ? {} : { kernels }) },
      data: usesBins ? part.data : part.dataBesidesBins,
      train: otherColumns(train, inner),
      heldBack: joined(inner, part.heldBack),
      ...(snapshots.length === 0 ? {} : { snapshots }),
    };
    return { recipe: name, trial, inner: inner.length };
  });
}

/** Concatenates without spreading: there may be more columns than a call takes arguments. */
function joined(first: Uint32Array, second: Uint32Array): Uint32Array {
  const both = new Uint32Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
