import { sigmoid, tanh } from "../../functions.ts";
import type { Activation } from "../../network.ts";

const fround = Math.fround;

type Activate = (Z: Float32Array, A: Float32Array, length: number) => void;
type Derive = (A: Float32Array, dA: Float32Array, dZ: Float32Array, length: number) => void;

/** A = g(Z). */
export const activate: Record<Activation, Activate> = {
  relu(Z, A, length) {
    for (let i = 0; i < length; i++) A[i] = Z[i] > 0 ? Z[i] : 0;
  },
  sigmoid(Z, A, length) {
    for (let i = 0; i < length; i++) A[i] = sigmoid(Z[i]);
  },
  tanh(Z, A, length) {
    for (let i = 0; i < length; i++) A[i] = tanh(Z[i]);
  },
};

/** dZ = dA * g'(Z): 1 where Z > 0 for ReLU, a (1 - a) for sigmoid, 1 - a^2 for tanh. */
export const derive: Record<Activation, Derive> = {
  relu(A, dA, dZ, length) {
    for (let i = 0; i < length; i++) dZ[i] = A[i] > 0 ? dA[i] : 0;
  },
  sigmoid(A, dA, dZ, length) {
    for (let i = 0; i < length; i++) {
      const a = A[i];
      dZ[i] = fround(dA[i] * fround(a * fround(1 - a)));
    }
  },
  tanh(A, dA, dZ, length) {
    for (let i = 0; i < length; i++) {
      const a = A[i];
      dZ[i] = fround(dA[i] * fround(1 - fround(a * a)));
    }
  },
};
