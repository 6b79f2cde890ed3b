/** Converts a run's flags to core's options. */
import type { Examples, LossOptions, NetworkOptions } from "@scratch-nn/core";
import type { TrialFitOptions } from "@scratch-nn/parallel";
import { optimizerOf, scheduleOf } from "../options/optimizer-flags.ts";
import { regularisationOf } from "../options/regularisation-flags.ts";
import type { TrainOptions } from "../options/train-options.ts";
import { selectionOf } from "../options/validation-flags.ts";

/** Options that depend on the data. */
export interface OnData {
  /** Undefined for the output's default loss. */
  readonly loss: LossOptions | undefined;
  /** The validation examples, where the flags ask for validation. */
  readonly validation?: Examples | undefined;
}

export function fitOptionsOf(options: TrainOptions, { loss, validation }: OnData): TrialFitOptions {
  return {
    epochs: options.epochs,
    batchSize: options.batchSize,
    ...(loss && { loss }),
    learningRate: options.lr,
    optimizer: optimizerOf(options),
    schedule: scheduleOf(options),
    ...regularisationOf(options),
    ...selectionOf(options, validation),
    seed: options.seed,
    kernels: options.kernels,
    ...(options.shards === undefined ? {} : { shards: options.shards }),
  };
}

/** All options except the layers, which depend on the data as well. */
export function networkOptionsOf({
  activation,
  init,
  zeroOutput = false,
  seed,
}: TrainOptions): Omit<NetworkOptions, "layers"> {
  return { activation, init, zeroOutput, seed };
}
