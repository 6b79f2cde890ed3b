/** The forward pass with the plain kernels alone: see forward.ts for the equations. */
import { MOST_COLUMNS } from "../kernels/kernels.ts";
import { activate } from "../kernels/reference/activations.ts";
import { affine, affineByLanes } from "../kernels/reference/affine.ts";
import { softmaxCrossEntropy } from "../kernels/reference/softmax.ts";
import type { Network } from "../model/network.ts";
import { sigmoid } from "../numerics/functions.ts";
import { layerShapes } from "../passes/packed.ts";

/**
 * Runs the forward pass of a network.
 * @param X [n[0], m], before scaling
 * @param outputs [n[L], m], receives A[L]
 * @param predicted [m], receives the most likely class of each column, where the output is a softmax
 */
export type Forward = (X: Float32Array, outputs: Float32Array, predicted: Uint16Array) => void;

/** The plain kernels skip nothing, so they do not read this flag. */
const FINITE_IS_NOT_ASKED = new Uint8Array(1);

/** @param scale the factor of the features, an f32 */
export function plainForward({ layers, activation, output, W, b }: Network, scale: number): Forward {
  const L = layers.length - 1;
  const empty = new Float32Array(0);
  const shaped = layerShapes(layers).map((shape, l) => ({
    shape,
    activation: undefined,
    activationApart: undefined,
    inputActivation: undefined,
    W: W[l],
    b: b[l],
    transposedW: empty,
    finite: FINITE_IS_NOT_ASKED,
  }));
  const A = layers.map((units) => new Float32Array(units * MOST_COLUMNS));
  const labels = new Uint16Array(MOST_COLUMNS);
  const losses = new Float32Array(MOST_COLUMNS);
  return (X, outputs, predicted) => {
    for (let first = 0; first < predicted.length; first += MOST_COLUMNS) {
      const end = Math.min(first + MOST_COLUMNS, predicted.length);
      const columns = end - first;
      for (let i = 0, x = first * layers[0]; x < end * layers[0]; i++, x++) A[0][i] = X[x] * scale;
      for (let l = 1; l <= L; l++) {
        (shaped[l].shape.byLanes ? affineByLanes : affine)(shaped[l], A[l - 1], A[l], columns);
        if (l < L) activate[activation](A[l], layers[l] * columns);
      }
      const out = outputs.subarray(first * layers[L], end * layers[L]);
      if (output === "softmax") {
        const answers = { labels, losses, predicted: predicted.subarray(first, end) };
        softmaxCrossEntropy(A[L], out, answers, layers[L], columns);
      } else {
        for (let i = 0; i < out.length; i++) out[i] = output === "sigmoid" ? sigmoid(A[L][i]) : A[L][i];
      }
    }
  };
}
