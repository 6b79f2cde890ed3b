/** Converts a sweep's runs to trials of the pool, and their results to figures. */
import { type Network, type NetworkOptions, networkOf, type Output, taskOf } from "@scratch-nn/core";
import { evaluation, parameterBytes } from "@scratch-nn/core/engine";
import { type Dataset, trainingExamples, validationExamples } from "@scratch-nn/data";
import { drain, hasFailed, type Trial, type TrialData, type TrialOutcome } from "@scratch-nn/parallel";
import { sha256Of } from "../disk/pieces.ts";
import { lossOf, outputOf, outputsOf } from "../options/loss-flags.ts";
import type { TrainOptions } from "../options/train-options.ts";
import { fitOptionsOf, networkOptionsOf } from "../run/fit-options.ts";
import type { Figures, RunResult } from "./results.ts";

/** The data of a sweep's runs: one source per output, with the same columns and the answers in that output's form. */
export interface TrialSources {
  readonly outputs: readonly Output[];
  readonly data: readonly TrialData[];
}

export function trialSources(dataset: Dataset, runs: readonly TrainOptions[]): TrialSources {
  const outputs = Array.from(new Set(runs.map((options) => outputOf(options, taskOf(dataset)))));
  const data = outputs.map((output) => {
    const { columns: _, ...examples } = trainingExamples(dataset, output);
    return examples;
  });
  return { outputs, data };
}

/** @param dataset with a validation part, which the final evaluation uses; no other column is held back */
export function trialOf(dataset: Dataset, options: TrainOptions, { outputs }: TrialSources): Trial {
  const { train, validation } = dataset;
  const network = wholeNetworkOptions(dataset, options);
  return {
    data: outputs.indexOf(network.output!),
    network,
    fit: fitOptionsOf(options, { loss: lossOf(options, dataset) }),
    train,
    validation: validation!,
    heldBack: new Uint32Array(0),
  };
}

export function wholeNetworkOptions(dataset: Dataset, options: TrainOptions): NetworkOptions {
  const task = taskOf(dataset);
  const output = outputOf(options, task);
  const layers = [dataset.inputs, ...options.hidden, outputsOf(task, output)];
  return { ...networkOptionsOf(options), output, layers };
}

export function networkWith(dataset: Dataset, options: TrainOptions, parameters: Float32Array): Network {
  const { layers, output } = wholeNetworkOptions(dataset, options);
  return networkOf(layers, options.activation, parameters, output);
}

/** The figures of a run on the validation part, or why there are none. */
export async function judge(
  dataset: Dataset,
  options: TrainOptions,
  outcome: TrialOutcome,
): Promise<RunResult["outcome"]> {
  if (hasFailed(outcome)) return { failure: outcome.failure };
  const network = networkWith(dataset, options, outcome.parameters);
  const examples = validationExamples(dataset, network.output)!;
  const { loss, accuracy } = await drain(evaluation(network, examples, { kernels: options.kernels }));
  const last = outcome.reports.at(-1)!;
  return {
    validationLoss: finite(loss),
    validationAccuracy: accuracy ?? null,
    trainLoss: finite(last.loss),
    trainAccuracy: last.accuracy ?? null,
    weightsSha256: sha256Of([parameterBytes(network)]).toString("hex"),
  } satisfies Figures;
}

/** JSON cannot represent other numbers. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
