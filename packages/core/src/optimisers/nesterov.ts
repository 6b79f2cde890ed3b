import { descentStep } from "../passes/update.ts";
import type { Optimiser } from "./optimiser.ts";

/**
 * Nesterov momentum: looks ahead, using the next step's velocity as far as it is known.
 *
 * Nesterov, "A method of solving a convex programming problem with convergence rate O(1/k^2)", 1983; in the form of
 * Bengio, Boulanger-Lewandowski and Pascanu, "Advances in optimizing recurrent networks", 2013, with the learning rate
 * outside the velocity.
 */
export const nesterov: Optimiser<"momentum"> = {
  slots: 1,
  sparesBiases: false,
  defaults: { momentum: 0.9 },
  learningRate: 0.01,
  updateOf(settings, { columns, learningRate }) {
    const step = { ...descentStep(columns, learningRate), mu: Math.fround(settings.momentum) };
    // V := mu V + dW, W := W - alpha (dW + mu V)
    return (elements, kernels) => kernels.nesterov(elements, step);
  },
};
