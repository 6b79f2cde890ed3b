/** A run's flags as core has them. */
import type { Examples, LossOptions, NetworkOptions } from "@scratch-nn/core";
import type { TrialFitOptions } from "@scratch-nn/parallel";
import { optimizerOf, scheduleOf } from "../options/optimizer-flags.ts";
import { regularisationOf } from "../options/regularisation-flags.ts";
import type { TrainOptions } from "../options/train-options.ts";
import { selectionOf } from "../options/validation-flags.ts";

/** What flags come to on some data. */
export interface OnData {
  /** Undefined for the output's own. */
  readonly loss: LossOptions | undefined;
  /** Held back within training, where the flags ask for some. */
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

/** But for its layers, which the data have a say in. */
export function networkOptionsOf({
  activation,
  init,
  zeroOutput = false,
  seed,
}: TrainOptions): Omit<NetworkOptions, "layers"> {
  return { activation, init, zeroOutput, seed };
}
