/** A small training with a validation, whose epochs are recorded. */
import * as core from "@scratch-nn/core";
import { someExamples } from "./examples.ts";

export const LAYERS = [9, 8, 3];
export const examples = someExamples(9, 101, 3, "floats");
export const validation = someExamples(9, 67, 3, "floats", 2);
export const OPTIONS = { epochs: 7, batchSize: 40, learningRate: 1, validation } as const;

export type Moment = { readonly report: core.EpochReport; readonly parameters: Float32Array };

/** Trains, and keeps each epoch's report and the parameters at its end. */
export function watched(options: Partial<core.FitOptions>, network = core.createNetwork({ layers: LAYERS })) {
  const moments: Moment[] = [];
  const onEpoch = (report: core.EpochReport) => {
    moments.push({ report, parameters: network.parameters.slice() });
  };
  const result = core.fit(network, examples, { ...OPTIONS, onEpoch, ...options });
  return { network, result, moments };
}
