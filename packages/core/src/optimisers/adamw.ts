import { ADAM_DEFAULTS, adamStep } from "./adam.ts";
import type { Optimiser } from "./optimiser.ts";

/**
 * AdamW: Adam with weight decay, which is independent of the gradients. Biases do not decay.
 *
 * Loshchilov and Hutter, "Decoupled weight decay regularization", 2019, algorithm 2, with the decay multiplied by the
 * learning rate.
 */
export const adamW: Optimiser<"beta1" | "beta2" | "epsilon" | "weightDecay"> = {
  slots: 2,
  squares: 1,
  sparesBiases: true,
  defaults: { ...ADAM_DEFAULTS, weightDecay: 0.01 },
  learningRate: 0.001,
  updateOf(settings, facts) {
    const { areBiases, decayFactor } = facts;
    const numbers = adamStep(settings, facts, areBiases ? 0 : settings.weightDecay * decayFactor);
    // M := beta1 M + (1 - beta1) dW, S := beta2 S + (1 - beta2) dW^2,
    // W := W - alpha (M / (1 - beta1^t) / (sqrt(S / (1 - beta2^t)) + epsilon) + lambda W)
    return (elements, kernels) => kernels.adam(elements, numbers);
  },
};
