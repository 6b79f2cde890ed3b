import type { AdamStep } from "../kernels/kernels.ts";
import { descentStep } from "../passes/update.ts";
import { average } from "./average.ts";
import type { Optimiser, Settings, StepFacts } from "./optimiser.ts";

export const ADAM_DEFAULTS = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/**
 * Adam: combines momentum and RMSProp, with both averages corrected for their start from zero.
 *
 * Kingma and Ba, "Adam: a method for stochastic optimization", 2015, algorithm 1.
 */
export const adam: Optimiser<"beta1" | "beta2" | "epsilon"> = {
  slots: 2,
  squares: 1,
  sparesBiases: false,
  defaults: ADAM_DEFAULTS,
  learningRate: 0.001,
  updateOf(settings, facts) {
    const numbers = adamStep(settings, facts, 0);
    // M := beta1 M + (1 - beta1) dW, S := beta2 S + (1 - beta2) dW^2,
    // W := W - alpha M / (1 - beta1^t) / (sqrt(S / (1 - beta2^t)) + epsilon)
    return (elements, kernels) => kernels.adam(elements, numbers);
  },
};

/** @param decay lambda */
export function adamStep(
  { beta1, beta2, epsilon }: Settings<"beta1" | "beta2" | "epsilon">,
  { step, columns, learningRate }: Pick<StepFacts, "step" | "columns" | "learningRate">,
  decay: number,
): AdamStep {
  return {
    ...descentStep(columns, learningRate),
    first: average(beta1, step),
    second: average(beta2, step),
    epsilon: Math.fround(epsilon),
    lambda: Math.fround(decay),
  };
}
