import type { Activation } from "../../model/network.ts";
import {
  eluDerivative,
  geluDerivative,
  leakyReluDerivative,
  mishDerivative,
  seluDerivative,
  siluDerivative,
} from "../../numerics/activations.ts";

// Separate from the activations, so that a page that only predicts does not load it.

const fround = Math.fround;

type TimesDerivative = (Z: Float32Array, dA: Float32Array, length: number) => void;

const multiplied =
  (derivative: (z: number) => number): TimesDerivative =>
  (Z, dA, length) => {
    for (let i = 0; i < length; i++) dA[i] = fround(dA[i] * derivative(Z[i]));
  };

/**
 * dZ = dA * g'(Z), in place of dA: the derivative is 1 where Z > 0 for ReLU, a (1 - a) for sigmoid, 1 - a^2 for tanh.
 * The argument Z holds A where the derivative is computed from A.
 */
export const timesDerivative: Record<Activation, TimesDerivative> = {
  relu(A, dA, length) {
    for (let i = 0; i < length; i++) dA[i] = A[i] > 0 ? dA[i] : 0;
  },
  sigmoid(A, dA, length) {
    for (let i = 0; i < length; i++) {
      const a = A[i];
      dA[i] = fround(dA[i] * fround(a * fround(1 - a)));
    }
  },
  tanh(A, dA, length) {
    for (let i = 0; i < length; i++) {
      const a = A[i];
      dA[i] = fround(dA[i] * fround(1 - fround(a * a)));
    }
  },
  "leaky-relu": multiplied(leakyReluDerivative),
  elu: multiplied(eluDerivative),
  selu: multiplied(seluDerivative),
  gelu: multiplied(geluDerivative),
  silu: multiplied(siluDerivative),
  mish: multiplied(mishDerivative),
  identity() {},
};
