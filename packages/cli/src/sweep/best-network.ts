/** Trains or restores a sweep's best network, encodes its files, and evaluates it on the test part. */
import { type Evaluation, encodeModel, type FitOptions, type Network } from "@scratch-nn/core";
import { creatingNetwork, parameterBytes, planTraining } from "@scratch-nn/core/engine";
import { type Dataset, testExamples, trainingExamples, validationExamples } from "@scratch-nn/data";
import { drain, type Retry, type Shortage } from "@scratch-nn/parallel";
import { sha256Of } from "../disk/pieces.ts";
import { lossOf } from "../options/loss-flags.ts";
import { configOf } from "../options/run-config.ts";
import type { TrainOptions } from "../options/train-options.ts";
import { fitOptionsOf } from "../run/fit-options.ts";
import { MODEL } from "../run/model-files.ts";
import { outcomeOf } from "../run/outcome-of.ts";
import type { RunFiles } from "../run/run-folder.ts";
import { CONFIG, configText } from "../run/run-record.ts";
import { evaluate, fit } from "../run/train-run.ts";
import { networkWith, wholeNetworkOptions } from "./trial-of.ts";

export interface BestNetwork {
  /** Undefined where there is no test part. */
  readonly test: Evaluation | undefined;
  readonly weightsSha256: string;
  /** The files that `train` would have saved. */
  readonly files: RunFiles;
}

export interface BestOptions {
  /** Its parameters, where this process has them; otherwise it is trained again, to the same bits. */
  readonly parameters: Float32Array | undefined;
  /** The hash of the data, see fingerprint.ts. */
  readonly sha256: string;
  readonly signal: AbortSignal;
  readonly onRetry: (retry: Retry) => void;
  readonly onShortage: (shortage: Shortage) => void;
}

/** @returns undefined when the signal came before the end */
export async function bestNetwork(
  dataset: Dataset,
  options: TrainOptions,
  best: BestOptions,
): Promise<BestNetwork | undefined> {
  const { parameters, onShortage } = best;
  const network =
    parameters === undefined ? await trainAgain(dataset, options, best) : networkWith(dataset, options, parameters);
  if (network === undefined) return undefined;
  const heldBack = testExamples(dataset, network.output);
  const { workers } = options;
  const test = heldBack && (await evaluate(network, heldBack, options, { workers, onShortage }));
  return {
    test,
    weightsSha256: sha256Of([parameterBytes(network)]).toString("hex"),
    files: filesOf(network, dataset, options, best.sha256),
  };
}

async function trainAgain(
  dataset: Dataset,
  options: TrainOptions,
  { signal, onRetry, onShortage }: BestOptions,
): Promise<Network | undefined> {
  const network = await drain(creatingNetwork(wholeNetworkOptions(dataset, options)));
  const { workers, update } = options;
  const fitOptions = { ...onData(dataset, options, network), signal };
  const { completed } = await fit(network, trainingExamples(dataset, network.output), fitOptions, {
    workers,
    update,
    onRetry,
    onShortage,
  });
  return completed ? network : undefined;
}

/** The options that `train` passes to core for these data. */
function onData(dataset: Dataset, options: TrainOptions, { output }: Network): FitOptions {
  return fitOptionsOf(options, { loss: lossOf(options, dataset), validation: validationExamples(dataset, output) });
}

function filesOf(network: Network, dataset: Dataset, options: TrainOptions, sha256: string): RunFiles {
  const { classes, task, preprocessing, label } = dataset;
  const examples = trainingExamples(dataset, network.output);
  const { shards } = planTraining(network, examples, onData(dataset, options, network));
  const outcome = outcomeOf(dataset, network, sha256);
  return {
    [CONFIG]: configText(configOf(options, shards), options, outcome),
    [MODEL]: encodeModel({ network, classes, task, preprocessing, label }),
  };
}
