/** Sets all flags of one training that are left open. */
import { requireLossFlags } from "./loss-flags.ts";
import { settleOptimizer } from "./optimizer-flags.ts";
import { settleRegularisation } from "./regularisation-flags.ts";
import type { GivenOptions, TrainOptions } from "./train-options.ts";
import { settleValidation } from "./validation-flags.ts";

/** @throws InputError naming two flags that contradict each other */
export function settleRun<Given extends GivenOptions>(given: Given): Given & TrainOptions {
  requireLossFlags(given);
  return settleValidation(settleRegularisation(settleOptimizer(given)));
}
