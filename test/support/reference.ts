/**
 * The notes' network in f64, implemented independently as an oracle for the derivatives: example by example, with plain
 * arrays and Math.exp.
 */
import type { Activation } from "@scratch-nn/core";

/** The activations in f64, from their papers. */
export const g: Readonly<Record<Activation, (z: number) => number>> = {
  relu: (z) => Math.max(z, 0),
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
  "leaky-relu": (z) => (z > 0 ? z : 0.01 * z),
  elu: (z) => (z > 0 ? z : Math.expm1(z)),
  selu: (z) => 1.0507009873554805 * (z > 0 ? z : 1.6732632423543772 * Math.expm1(z)),
  gelu: (z) => (z / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * z ** 3))),
  silu: (z) => z / (1 + Math.exp(-z)),
  mish: (z) => z * Math.tanh(Math.log1p(Math.exp(z))),
  identity: (z) => z,
};

/** Z[L] of each column. @param parameters W1, b1, W2, b2, ... */
export function referenceLogits(
  layers: readonly number[],
  activation: Activation,
  parameters: Float64Array,
  X: ArrayLike<number>,
): number[][] {
  const inputs = layers[0];
  return Array.from({ length: X.length / inputs }, (_, c) => {
    let a = Array.from({ length: inputs }, (_, k) => X[c * inputs + k]);
    let offset = 0;
    for (let l = 1; l < layers.length; l++) {
      const rows = layers[l];
      const biases = offset + rows * a.length;
      const z = Array.from({ length: rows }, (_, u) =>
        a.reduce((sum, x, k) => sum + parameters[offset + u * a.length + k] * x, parameters[biases + u]),
      );
      offset = biases + rows;
      a = l < layers.length - 1 ? z.map(g[activation]) : z;
    }
    return a;
  });
}

/** The mean cross-entropy. @param parameters W1, b1, W2, b2, ... */
export function referenceLoss(
  layers: readonly number[],
  activation: Activation,
  parameters: Float64Array,
  X: ArrayLike<number>,
  labels: ArrayLike<number>,
): number {
  const losses = referenceLogits(layers, activation, parameters, X).map((z, c) => {
    const max = Math.max(...z);
    return Math.log(z.reduce((sum, each) => sum + Math.exp(each - max), 0)) - (z[labels[c]] - max);
  });
  return losses.reduce((sum, loss) => sum + loss) / labels.length;
}
