/** All that the flags of one training leave open. */
import { requireLossFlags } from "./loss-flags.ts";
import { settleOptimizer } from "./optimizer-flags.ts";
import { settleRegularisation } from "./regularisation-flags.ts";
import type { GivenOptions, TrainOptions } from "./train-options.ts";
import { settleValidation } from "./validation-flags.ts";

/** @throws InputError for flags that contradict each other, both named */
export function settleRun<Given extends GivenOptions>(given: Given): Given & TrainOptions {
  requireLossFlags(given);
  return settleValidation(settleRegularisation(settleOptimizer(given)));
}
