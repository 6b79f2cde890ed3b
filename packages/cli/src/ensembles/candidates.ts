/** Candidates for a mean: the networks of a recipe after so many epochs, one of each inner fold; weighted, and averaged. */
import { type Network, networkOf } from "@scratch-nn/core";
import { averageOutputs } from "@scratch-nn/core/engine";
import { hasFailed, type Trial, type TrialNetwork, type TrialOutcome, type TrialResult } from "@scratch-nn/parallel";
import type { Member, Part, RecipeFigures, Way } from "../trials/way.ts";
import { sampledWeights } from "./greedy.ts";
import { lossesOf } from "./losses.ts";

/** One trial of a recipe. */
export interface InnerTrial {
  readonly recipe: string;
  readonly trial: Trial;
  /** How many of its columns held back are of the training part; those behind are the part's own. */
  readonly inner: number;
}

/** A network of a candidate, and what it was not trained on. */
interface Trained extends InnerTrial, TrialNetwork {}

interface Candidate {
  readonly name: string;
  /** None where a trial failed. */
  readonly trained: readonly Trained[];
  readonly failure: string | undefined;
}

/** @param seed of the samples that weights are found on */
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

/** By recipe, and epoch. */
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

/** More columns than these make weights no better, and the event loop wait for them. */
const MOST_JUDGED = 20_000;

/** What a candidate's networks say of what they were not trained on: the columns ascending, of very many each second, third, ... */
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
 * The network with all inputs: those that it has not learnt from, the last ones, have weights of zero. All members of a model
 * take the same inputs so.
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
