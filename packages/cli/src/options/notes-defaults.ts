/** What a network is trained with where nothing says otherwise, but for what follows from its optimiser: the notes' job. */
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
