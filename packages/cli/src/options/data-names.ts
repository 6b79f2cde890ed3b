/**
 * The options that determine a run's data. The seed does so too, but it is not listed since it determines other things
 * as well.
 */
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
