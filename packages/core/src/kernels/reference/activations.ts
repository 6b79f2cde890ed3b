import type { Activation } from "../../model/network.ts";
import { elu, gelu, leakyRelu, mish, selu, silu } from "../../numerics/activations.ts";
import { sigmoid, tanh } from "../../numerics/functions.ts";

type Activate = (Z: Float32Array, length: number) => void;

const applied =
  (g: (z: number) => number): Activate =>
  (Z, length) => {
    for (let i = 0; i < length; i++) Z[i] = g(Z[i]);
  };

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
  "leaky-relu": applied(leakyRelu),
  elu: applied(elu),
  selu: applied(selu),
  gelu: applied(gelu),
  silu: applied(silu),
  mish: applied(mish),
  identity() {},
};
