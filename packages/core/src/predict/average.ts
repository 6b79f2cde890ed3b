/** What several networks say, as one. */
import { firstLargest } from "../kernels/reference/softmax.ts";

/**
 * The weighted sum of outputs: f32, one multiply and one add for each term, in the order of the networks.
 * @param outputs of each network, all of one length
 * @param weights of each, adding up to about 1
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
 * The most likely class of each column, the first of equals.
 * @param probabilities [classes, m]
 * @param predicted [m], receives it
 */
export function likeliestClasses(probabilities: Float32Array, classes: number, predicted: Uint16Array): void {
  for (let c = 0; c < predicted.length; c++) predicted[c] = firstLargest(probabilities, c * classes, classes);
}
