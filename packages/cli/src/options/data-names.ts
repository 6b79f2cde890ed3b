/** The options that the data of a run follow from, but for the seed, which other things follow from, too. */
import type { TrainOptions } from "./train-options.ts";

export const DATA_NAMES = [
  "data",
  "examples",
  "testFraction",
  "label",
  "task",
  "clamp",
  "delimiter",
  "encoding",
  "header",
  "scale",
  "drop",
  "categorical",
  "numeric",
] as const satisfies readonly (keyof TrainOptions)[];
