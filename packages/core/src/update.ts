/** The notes' update, W := W - alpha dW and b := b - alpha db, with dW and db divided by m here. */
import type { Kernels } from "./kernels/kernels.ts";
import type { Network, ParameterViews } from "./network.ts";

/**
 * Turns a sum over the batch into the gradient, in place.
 * @param gradient in: sums over examples with respect to unscaled features; out: dW, db of the notes
 * @param m examples in the batch
 * @param scale what features are multiplied by, an f32: X = scale * bytes, so dW[1] = 1/m dZ[1] X'
 */
export function divideByBatch(gradient: ParameterViews, m: number, scale: number, kernels: Kernels): void {
  const divisor = Math.fround(m);
  for (const [l, dW] of gradient.W.entries()) kernels.mean(dW, divisor, l === 1 ? scale : 1);
  for (const db of gradient.b) kernels.mean(db, divisor, 1);
}

/** @param learningRate alpha; rounded to f32 */
export function update(network: Network, gradient: ParameterViews, learningRate: number, kernels: Kernels): void {
  const alpha = Math.fround(learningRate);
  for (let l = 1; l < network.layers.length; l++) {
    // W[l] := W[l] - alpha dW[l]
    kernels.descend(network.W[l], gradient.W[l], alpha);
    // b[l] := b[l] - alpha db[l]
    kernels.descend(network.b[l], gradient.b[l], alpha);
  }
}
