/** The notes' update, W := W - alpha dW and b := b - alpha db. */
import type { Kernels } from "./kernels/kernels.ts";
import type { ParameterViews } from "./network.ts";
import type { PackedNetwork } from "./packed.ts";

/** m dW and m db over the batch, with respect to unscaled features: one sum, or the last two of the tree. */
export type BatchSums = readonly [ParameterViews, (ParameterViews | undefined)?];

/**
 * One step of gradient descent; brings up to date what follows from the weights, as prepareWeights does.
 * @param m examples in the batch
 * @param scale what features are multiplied by, an f32: X = scale * bytes, so dW[1] = 1/m dZ[1] X'
 * @param learningRate alpha; rounded to f32
 */
export function update(
  network: PackedNetwork,
  [sum, other]: BatchSums,
  m: number,
  scale: number,
  learningRate: number,
  kernels: Kernels,
): void {
  const alpha = Math.fround(learningRate);
  const divisor = Math.fround(m);
  for (const [l, layer] of network.packed.entries()) {
    if (l === 0) continue;
    const { W, b, scaledW } = layer;
    const first = l === 1;
    // W[l] := W[l] - alpha dW[l], dW[l] = 1/m dZ[l] A[l-1]'
    kernels.descend(W, [sum.W[l], other?.W[l]], divisor, first ? scale : 1, alpha, first ? scaledW : undefined);
    // b[l] := b[l] - alpha db[l], db[l] = 1/m sum(dZ[l])
    kernels.descend(b, [sum.b[l], other?.b[l]], divisor, 1, alpha);
    if (!first) kernels.transpose(layer);
  }
}
