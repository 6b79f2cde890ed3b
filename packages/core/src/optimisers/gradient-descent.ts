import { descentStep, update } from "../passes/update.ts";
import type { Optimiser } from "./optimiser.ts";

/**
 * The notes' update, which is the default: see passes/update.ts.
 *
 * Cauchy, "Méthode générale pour la résolution des systèmes d'équations simultanées", 1847.
 */
export const gradientDescent: Optimiser<never> = {
  slots: 0,
  sparesBiases: false,
  defaults: {},
  learningRate: 0.1,
  updateOf(_, { columns, learningRate }) {
    const step = descentStep(columns, learningRate);
    // W := W - alpha dW
    return ({ parameters, begin, end, sum }, kernels) => update(parameters, { begin, end }, sum, step, kernels);
  },
};
