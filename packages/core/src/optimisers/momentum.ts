import { descentStep } from "../passes/update.ts";
import type { Optimiser } from "./optimiser.ts";

/**
 * Momentum: each parameter has a velocity, to which the gradient is added.
 *
 * Polyak, "Some methods of speeding up the convergence of iteration methods", 1964; in the form of Sutskever, Martens,
 * Dahl and Hinton, "On the importance of initialization and momentum in deep learning", 2013, with the learning rate
 * outside the velocity.
 */
export const momentum: Optimiser<"momentum"> = {
  slots: 1,
  sparesBiases: false,
  defaults: { momentum: 0.9 },
  learningRate: 0.01,
  updateOf(settings, { columns, learningRate }) {
    const step = { ...descentStep(columns, learningRate), mu: Math.fround(settings.momentum) };
    // V := mu V + dW, W := W - alpha V
    return (elements, kernels) => kernels.momentum(elements, step);
  },
};
