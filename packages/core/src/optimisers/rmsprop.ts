import { descentStep } from "../passes/update.ts";
import { average } from "./average.ts";
import type { Optimiser } from "./optimiser.ts";

/**
 * RMSProp: divides each parameter's gradient by the root of a running mean of its squares.
 *
 * Hinton with Srivastava and Swersky, "Neural networks for machine learning", lecture 6e, 2012.
 */
export const rmsprop: Optimiser<"beta2" | "epsilon"> = {
  slots: 1,
  squares: 0,
  sparesBiases: false,
  defaults: { beta2: 0.9, epsilon: 1e-8 },
  learningRate: 0.001,
  updateOf({ beta2, epsilon }, { step, columns, learningRate }) {
    const second = average(beta2, step);
    const numbers = { ...descentStep(columns, learningRate), second, epsilon: Math.fround(epsilon) };
    // S := beta2 S + (1 - beta2) dW^2, W := W - alpha dW / (sqrt(S) + epsilon)
    return (elements, kernels) => kernels.rmsprop(elements, numbers);
  },
};
