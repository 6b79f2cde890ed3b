/** Builds a run's initial network, or that of a checkpoint, and its training plan from flags and data. */
import { type Examples, type FitOptions, type Network, taskOf } from "@scratch-nn/core";
import { creatingNetwork, planTraining, type TrainingPlan } from "@scratch-nn/core/engine";
import { type Dataset, trainingExamples, validationExamples } from "@scratch-nn/data";
import { drain } from "@scratch-nn/parallel";
import type { Checkpoint } from "../checkpoint/checkpoint.ts";
import { lossOf, outputOf, outputsOf } from "../options/loss-flags.ts";
import type { TrainOptions } from "../options/train-options.ts";
import { fitOptionsOf, networkOptionsOf } from "./fit-options.ts";

export interface PlannedRun {
  readonly network: Network;
  readonly examples: Examples;
  readonly fitOptions: FitOptions;
  readonly plan: TrainingPlan;
}

/**
 * @param checkpoint where to resume
 * @throws InputError when an option does not fit the data
 */
export async function planRun(
  dataset: Dataset,
  options: TrainOptions,
  checkpoint: Pick<Checkpoint, "network" | "position"> | undefined,
): Promise<PlannedRun> {
  const task = taskOf(dataset);
  const output = outputOf(options, task);
  const layers = [dataset.inputs, ...options.hidden, outputsOf(task, output)];
  const network =
    checkpoint?.network ?? (await drain(creatingNetwork({ ...networkOptionsOf(options), output, layers })));
  const examples = trainingExamples(dataset, output);
  const fitOptions = {
    ...fitOptionsOf(options, { loss: lossOf(options, dataset), validation: validationExamples(dataset, output) }),
    ...(checkpoint === undefined ? {} : { from: checkpoint.position }),
  };
  return { network, examples, fitOptions, plan: planTraining(network, examples, fitOptions) };
}
