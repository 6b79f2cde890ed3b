/** The notes' update, W := W - alpha dW and b := b - alpha db. */
import type { Kernels } from "./kernels/kernels.ts";
import type { ParameterViews } from "./network.ts";
import type { PackedNetwork } from "./packed.ts";

/**
 * One step of gradient descent; brings up to date what follows from the weights, as prepareWeights does.
 * @param sums m dW and m db, over the batch and with respect to unscaled features
 * @param m examples in the batch
 * @param scale what features are multiplied by, an f32: X = scale * bytes, so dW[1] = 1/m dZ[1] X'
 * @param learningRate alpha; rounded to f32
 */
export function update(
  network: PackedNetwork,
  sums: ParameterViews,
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
    kernels.descend(W, sums.W[l], divisor, first ? scale : 1, alpha, first ? scaledW : undefined);
    // b[l] := b[l] - alpha db[l], db[l] = 1/m sum(dZ[l])
    kernels.descend(b, sums.b[l], divisor, 1, alpha);
    if (!first) kernels.transpose(layer);
  }
}
