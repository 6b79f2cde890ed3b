/**
 * Weights and averages ensemble candidates. A candidate is a recipe's networks after a given number of epochs, one per
 * inner fold.
 */
import { type Network, networkOf } from "@scratch-nn/core";
import { averageOutputs } from "@scratch-nn/core/engine";
import { hasFailed, type Trial, type TrialNetwork, type TrialOutcome, type TrialResult } from "@scratch-nn/parallel";
import type { Member, Part, RecipeFigures, Way } from "../trials/way.ts";
import { sampledWeights } from "./greedy.ts";
import { lossesOf } from "./losses.ts";

/** One trial of a recipe on an inner fold. */
export interface InnerTrial {
  readonly recipe: string;
  readonly trial: Trial;
  /** The number of held-back columns that belong to the training part; the part's own held-back columns follow them. */
  readonly inner: number;
}

/** A candidate's network, and its outputs for the columns it was not trained on. */
interface Trained extends InnerTrial, TrialNetwork {}

interface Candidate {
  readonly name: string;
  /** Empty where a trial failed. */
  readonly trained: readonly Trained[];
  readonly failure: string | undefined;
}

/** @param seed seeds the samples that the weights are found on */
export function combineCandidates(
  part: Part,
  planned: readonly InnerTrial[],
  outcomes: readonly TrialOutcome[],
  seed: number,
): ReturnType<Way["combine"]> {
  const all = candidatesOf(planned, outcomes);
  const working = all.filter(({ failure }) => failure === undefined);
  if (working.length === 0) return { failure: all[0].failure! };
  const { units } = part;
  const judged = working.map(({ trained }) => outOfFold(trained, units));
  const [{ columns }] = judged;
  const lossesOn = (outputs: Float64Array): Float64Array => lossesOf(part, columns, outputs);
  const models = judged.map(({ outputs }) => outputs);
  const weights = sampledWeights(models, lossesOn, columns.length, seed);
  const chosen = working.flatMap(({ trained }, w) =>
    weights[w] === 0 ? [] : trained.map((each) => ({ ...each, weight: weights[w] / trained.length })),
  );
  const recipes = all.map((candidate): RecipeFigures => {
    const { name, trained, failure } = candidate;
    const w = working.indexOf(candidate);
    if (w < 0) return { name, networks: 0, innerLoss: null, weight: 0, ...(failure === undefined ? {} : { failure }) };
    const losses = lossesOn(models[w]);
    const innerLoss = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    return { name, networks: trained.length, innerLoss, weight: weights[w] };
  });
  return {
    members: chosen.map((each): Member => ({ network: networkOfAll(part, each), weight: each.weight })),
    outputs: averageOutputs(
      chosen.map(({ outputs, inner }) => outputs.subarray(units * inner)),
      chosen.map(({ weight }) => weight),
    ),
    recipes,
  };
}

/** One candidate per recipe and epoch, in this order. */
function candidatesOf(planned: readonly InnerTrial[], outcomes: readonly TrialOutcome[]): Candidate[] {
  const names = [...new Set(planned.map(({ recipe }) => recipe))];
  return names.flatMap((recipe) => {
    const places = [...planned.keys()].filter((place) => planned[place].recipe === recipe);
    const failure = places.map((place) => outcomes[place]).find(hasFailed)?.failure;
    const { snapshots = [], fit } = planned[places[0]].trial;
    return [...snapshots, fit.epochs].map((epoch, s): Candidate => {
      const name = snapshots.length === 0 ? recipe : `${recipe}, ${epoch} epochs`;
      if (failure !== undefined) return { name, trained: [], failure };
      const trained = places.map((place) => ({ ...planned[place], ...networkAt(outcomes[place] as TrialResult, s) }));
      return { name, trained, failure };
    });
  });
}

function networkAt(result: TrialResult, snapshot: number): TrialNetwork {
  const { parameters, outputs } = result.snapshots[snapshot] ?? result;
  return { parameters, outputs };
}

/** More columns do not improve the weights, and would block the event loop. */
const MOST_JUDGED = 20_000;

/**
 * A candidate's outputs for the columns that its networks were not trained on, in ascending order. Above MOST_JUDGED
 * columns, takes every second, third, ... one.
 */
function outOfFold(trained: readonly Trained[], units: number) {
  const all = trained.flatMap(({ trial, inner }, t) =>
    Array.from(trial.heldBack.subarray(0, inner), (column, c) => ({ column, t, c })),
  );
  all.sort((a, b) => a.column - b.column);
  const step = Math.ceil(all.length / MOST_JUDGED);
  const places = all.filter((_, i) => i % step === 0);
  const outputs = new Float64Array(units * places.length);
  for (const [i, { t, c }] of places.entries()) {
    outputs.set(trained[t].outputs.subarray(c * units, (c + 1) * units), i * units);
  }
  return { columns: Uint32Array.from(places, ({ column }) => column), outputs };
}

/**
 * Widens the network to all inputs, so that all members of a model take the same inputs. The inputs that it was not
 * trained on come last and get zero weights.
 */
function networkOfAll({ dataset, output }: Part, { trial, parameters }: Trained): Network {
  const { layers, activation = "relu" } = trial.network;
  const [inputs, units] = layers;
  if (inputs === dataset.inputs) return networkOf(layers, activation, parameters, output);
  const added = (dataset.inputs - inputs) * units;
  const wide = new Float32Array(parameters.length + added);
  for (let u = 0; u < units; u++) wide.set(parameters.subarray(u * inputs, (u + 1) * inputs), u * dataset.inputs);
  wide.set(parameters.subarray(units * inputs), units * dataset.inputs);
  return networkOf([dataset.inputs, ...layers.slice(1)], activation, wide, output);
}
