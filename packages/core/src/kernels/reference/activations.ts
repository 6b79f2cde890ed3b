import type { Activation } from "../../model/network.ts";
import { sigmoid, tanh } from "../../numerics/functions.ts";

const fround = Math.fround;

type Activate = (Z: Float32Array, length: number) => void;
type TimesDerivative = (A: Float32Array, dA: Float32Array, length: number) => void;

/** A = g(Z), in place. */
export const activate: Record<Activation, Activate> = {
  relu(Z, length) {
    for (let i = 0; i < length; i++) Z[i] = Z[i] > 0 ? Z[i] : 0;
  },
  sigmoid(Z, length) {
    for (let i = 0; i < length; i++) Z[i] = sigmoid(Z[i]);
  },
  tanh(Z, length) {
    for (let i = 0; i < length; i++) Z[i] = tanh(Z[i]);
  },
};

/** dZ = dA * g'(Z), in place of dA: 1 where Z > 0 for ReLU, a (1 - a) for sigmoid, 1 - a^2 for tanh. */
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
};
