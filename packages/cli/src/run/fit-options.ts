/** A run's flags as core has them. */
import type { Examples, NetworkOptions } from "@scratch-nn/core";
import type { TrialFitOptions } from "@scratch-nn/parallel";
import { optimizerOf, scheduleOf } from "../options/optimizer-flags.ts";
import type { TrainOptions } from "../options/train-options.ts";
import { selectionOf } from "../options/validation-flags.ts";

/** @param validation examples held back within training, where the flags ask for some */
export function fitOptionsOf(options: TrainOptions, validation?: Examples): TrialFitOptions {
  return {
    epochs: options.epochs,
    batchSize: options.batchSize,
    learningRate: options.lr,
    optimizer: optimizerOf(options),
    schedule: scheduleOf(options),
    ...selectionOf(options, validation),
    seed: options.seed,
    kernels: options.kernels,
    ...(options.shards === undefined ? {} : { shards: options.shards }),
  };
}

/** But for its layers, which the data have a say in. */
export function networkOptionsOf({ activation, init, seed }: TrainOptions): Omit<NetworkOptions, "layers"> {
  return { activation, init, seed };
}
