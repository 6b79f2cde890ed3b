/**
 * Which pixels spoke for a class, and which against it.
 *
 * For one image, the network is a sum: with A[l] = G[l] Z[l], where G[l] is diagonal, A over Z of each unit (relu: 1
 * for the units that fire, 0 for the others), Z[L] = W[L] G[L-1] W[L-1] ... G[1] W[1] X and terms of the biases. The
 * entries of that matrix times the pixels add up to Z[L] exactly. The softmax sees nothing but differences between
 * classes, so each pixel's mean over the classes is taken off: what is left spoke for this class rather than others.
 */
import type { Network } from "@scratch-nn/core";

export interface Contributions {
  /** [classes, inputs]: each input's contribution to each class, minus its mean contribution to all classes. */
  readonly ofInputs: readonly Float32Array[];
  /** [classes]: the biases' contribution, relative to the mean likewise. */
  readonly ofBiases: Float32Array;
}

/**
 * @param X [inputs], scaled as the network receives them
 * @param hidden A[1] .. A[L-1] of these inputs, [n[l]] each
 */
export function contributions(
  { layers, W, b }: Pick<Network, "layers" | "W" | "b">,
  X: ArrayLike<number>,
  hidden: readonly ArrayLike<number>[],
): Contributions {
  const L = layers.length - 1;
  const classes = layers[L];
  /** G[l], [n[l]]. */
  const gains: Float64Array[] = [];
  for (let l = 1; l < L; l++) {
    const Z = affine(W[l], b[l], l === 1 ? X : hidden[l - 2]);
    gains[l] = Z.map((z, j) => (z === 0 ? 0 : hidden[l - 1][j] / z));
  }
  const ofBiases = new Float32Array(classes);
  const ofInputs: Float32Array[] = [];
  for (let k = 0; k < classes; k++) {
    /** The derivative of Z[L] of class k with respect to each unit of layer l. */
    let row: Float64Array = Float64Array.from(W[L].subarray(k * layers[L - 1], (k + 1) * layers[L - 1]));
    ofBiases[k] = b[L][k];
    for (let l = L - 1; l >= 1; l--) {
      row = row.map((value, j) => value * gains[l][j]);
      for (let j = 0; j < layers[l]; j++) ofBiases[k] += row[j] * b[l][j];
      row = throughWeights(row, W[l], layers[l - 1]);
    }
    ofInputs.push(Float32Array.from(row, (value, i) => value * X[i]));
  }
  for (let i = 0; i < layers[0]; i++) {
    const mean = ofInputs.reduce((sum, values) => sum + values[i], 0) / classes;
    for (const values of ofInputs) values[i] -= mean;
  }
  const mean = ofBiases.reduce((sum, value) => sum + value, 0) / classes;
  return { ofInputs, ofBiases: ofBiases.map((value) => value - mean) };
}

/** W A + b, in double precision, for a picture. */
function affine(W: Float32Array, b: Float32Array, A: ArrayLike<number>): Float64Array {
  return Float64Array.from(b, (bias, j) => {
    let sum = bias;
    for (let i = 0; i < A.length; i++) sum += W[j * A.length + i] * A[i];
    return sum;
  });
}

/** row W: [inputs]. */
function throughWeights(row: Float64Array, W: Float32Array, inputs: number): Float64Array {
  const product = new Float64Array(inputs);
  for (let j = 0; j < row.length; j++) {
    if (row[j] === 0) continue;
    for (let i = 0; i < inputs; i++) product[i] += row[j] * W[j * inputs + i];
  }
  return product;
}
