/**
 * The notes' update: W := W - alpha dW and b := b - alpha db, with dW = 1/m dZ A' and db = 1/m sum(dZ).
 *
 * Both are element-wise, and sums have the layout of the parameters. So one equation updates one flat array, W[1],
 * b[1], W[2], b[2], .... Several threads may each update one range of it.
 */
import type { DescentStep, Kernels } from "../kernels/kernels.ts";

/** A contiguous range of the parameters: [begin, end). */
export interface Range {
  readonly begin: number;
  readonly end: number;
}

/** @param columns examples of the batch; a larger number, not necessarily whole, where the gradient is clipped */
export function descentStep(columns: number, learningRate: number): DescentStep {
  return { m: Math.fround(columns), alpha: Math.fround(learningRate) };
}

/**
 * Applies one step of gradient descent to a range of the parameters. The caller must run prepareWeights afterwards.
 * @param parameters all of them
 * @param sum m dW and m db of the range, over the batch; its first number belongs to `range.begin`
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
