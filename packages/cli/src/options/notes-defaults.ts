/** The default training settings, those of the notes' job; the optimiser's own defaults are elsewhere. */
import { OPTIMISERS } from "@scratch-nn/core/engine";
import type { TrainOptions } from "./train-options.ts";

export const NOTES_DEFAULTS = {
  hidden: [10],
  activation: "relu",
  init: "he",
  epochs: 180,
  batchSize: "full",
} as const satisfies Partial<TrainOptions>;

export const NOTES_RATE: number = OPTIMISERS["gradient-descent"].learningRate;
