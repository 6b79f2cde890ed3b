/**
 * The notes' update: W := W - alpha dW and b := b - alpha db, with dW = 1/m dZ A' and db = 1/m sum(dZ).
 *
 * Both are element by element, and sums lie like parameters: it is one equation on one flat array, W[1], b[1],
 * W[2], b[2], ..., which several threads may each apply to a range of.
 */
import type { DescentStep, Kernels } from "../kernels/kernels.ts";

/** Some neighbouring elements of all parameters: [begin, end). */
export interface Range {
  readonly begin: number;
  readonly end: number;
}

/** @param columns of the batch; more, and no whole number, where the gradient is clipped */
export function descentStep(columns: number, learningRate: number): DescentStep {
  return { m: Math.fround(columns), alpha: Math.fround(learningRate) };
}

/**
 * One step of gradient descent on a range of the parameters. What follows from the weights is prepareWeights' business.
 * @param parameters all of them
 * @param sum m dW and m db of the range, over the batch: its first number belongs to `range.begin`
 * @returns whether the range's parameters are all finite
 */
export function update(
  parameters: Float32Array,
  { begin, end }: Range,
  sum: Float32Array,
  step: DescentStep,
  kernels: Kernels,
): boolean {
  // W := W - alpha dW
  return kernels.descend(parameters, begin, end, sum, step);
}
