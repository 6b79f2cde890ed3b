/** The forward pass in the order of core's plain kernels. */
import { exp } from "@scratch-nn/core/engine";

const fround = Math.fround;

/** A first layer with fewer units accumulates its sums in eight lanes: see core's kernels. */
const FEW_UNITS = 16;

/** n[0] .. n[L], and g */
export type NetworkShape = readonly [layers: readonly number[], activation: (z: number) => number];

/**
 * Computes A[L] from A[0] for each network.
 * @param P W1, b1, W2, b2, ... of one network after another
 * @param output g of the last layer
 */
export function forward(
  P: Float32Array,
  networks: readonly NetworkShape[],
  output: (Z: Float32Array) => Float32Array,
  X: Float32Array,
): Float32Array[] {
  let at = 0;
  return networks.map(([layers, activation]) =>
    output(
      layers.slice(1).reduce((A, units, l) => {
        const inputs = A.length;
        const lanes = l < 1 && units < FEW_UNITS ? 8 : 1;
        const b = at + units * inputs;
        const Z = new Float32Array(units).map((_, u) => {
          const sums = new Float32Array(lanes);
          if (lanes < 2) sums[0] = P[b + u];
          for (let k = 0; k < inputs; k++) sums[k % lanes] += fround(P[at + u * inputs + k] * A[k]);
          for (let half = lanes / 2; half >= 1; half /= 2) {
            for (let j = 0; j < half; j++) sums[j] += sums[j + half];
          }
          return lanes < 2 ? sums[0] : sums[0] + P[b + u];
        });
        at = b + units;
        return l + 2 < layers.length ? Z.map(activation) : Z;
      }, X),
    ),
  );
}

export function softmax(Z: Float32Array): Float32Array {
  const max = Math.max(...Z);
  const E = Z.map((z) => z - max).map((z) => exp(z));
  const sum = E.reduce((before, e) => fround(before + e));
  return E.map((e) => e / sum);
}

/** The weighted mean of several networks' outputs, like core's averageOutputs. */
export const meanOf = (weights: readonly number[]) => (outputs: readonly Float32Array[]) =>
  outputs[0].map((_, i) => outputs.reduce((sum, A, k) => fround(sum + fround(weights[k] * A[i])), 0));
