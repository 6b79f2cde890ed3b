/** The notes' update, W := W - alpha dW and b := b - alpha db. */
import type { Kernels } from "../kernels/kernels.ts";
import type { PackedSums } from "../reduction/sums.ts";
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
  sums: PackedSums,
  m: number,
  scale: number,
  learningRate: number,
  kernels: Kernels,
): void {
  const alpha = Math.fround(learningRate);
  const divisor = Math.fround(m);
  for (let l = 1; l < network.packed.length; l++) {
    const layer = network.packed[l];
    // W[l] := W[l] - alpha dW[l], dW[l] = 1/m dZ[l] A[l-1]'
    if (l === 1) kernels.descendProducts(layer, sums.W[l], divisor, scale, alpha);
    else kernels.descend(layer.W, sums.W[l], divisor, alpha);
    // b[l] := b[l] - alpha db[l], db[l] = 1/m sum(dZ[l])
    kernels.descend(layer.b, sums.b[l], divisor, alpha);
    if (l > 1) kernels.transpose(layer);
  }
}
