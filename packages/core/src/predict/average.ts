/** Combines the outputs of several networks. */
import { firstLargest } from "../kernels/reference/softmax.ts";

/**
 * Computes the weighted sum of outputs in f32, with one multiplication and one addition per term, in the order of the
 * networks.
 * @param outputs of each network, all of equal length
 * @param weights of each network, adding up to about 1
 */
export function averageOutputs(outputs: readonly Float32Array[], weights: readonly number[]): Float32Array {
  const mean = new Float32Array(outputs[0].length);
  for (const [k, A] of outputs.entries()) {
    const weight = Math.fround(weights[k]);
    for (let i = 0; i < mean.length; i++) mean[i] += Math.fround(weight * A[i]);
  }
  return mean;
}

/**
 * Finds the most likely class of each column, the first one of equals.
 * @param probabilities [classes, m]
 * @param predicted [m], receives it
 */
export function likeliestClasses(probabilities: Float32Array, classes: number, predicted: Uint16Array): void {
  for (let c = 0; c < predicted.length; c++) predicted[c] = firstLargest(probabilities, c * classes, classes);
}
