/**
 * The notes' forward pass, a line an equation. Shapes, for the C columns of a tile:
 *
 *   X = A[0]      [n[0], C]     one column per example
 *   W[l]          [n[l], n[l-1]]
 *   b[l]          [n[l]]        added to every column
 *   Z[l], A[l]    [n[l], C]
 */
import type { Kernels } from "./kernels/kernels.ts";
import type { Network } from "./network.ts";
import type { Tile } from "./tile.ts";

/**
 * Fills Z and A of the tile, and the cross-entropy of each column.
 * @param network with W[1] already multiplied by the scale of the features, see {@link scaleInputs}
 */
export function forward(network: Network, tile: Tile, kernels: Kernels): void {
  const { W, b, layers, activation } = network;
  const { A, Z, columns } = tile;
  const L = layers.length - 1;
  const g = kernels.activate[activation];

  for (let l = 1; l <= L; l++) {
    const shape = { units: layers[l], inputs: layers[l - 1], columns };
    const affine = sumsByLanes(network, l) ? kernels.affineByLanes : kernels.affine;

    // Z[l] = W[l] A[l-1] + b[l]
    affine(W[l], A[l - 1], b[l], Z[l], shape);
    // A[l] = g(Z[l]), in the hidden layers
    if (l < L) g(Z[l], A[l], shape.units * columns);
  }
  // A[L] = softmax(Z[L])
  kernels.softmaxCrossEntropy(Z[L], A[L], tile.labels, tile.losses, layers[L], columns);
}

/** Fewer outputs than this leave a vector of outputs half empty. */
const FEW_UNITS = 16;

/** Whether layer l adds its products by lanes along the inputs: the first layer, when it is narrow. */
function sumsByLanes(network: Network, l: number): boolean {
  return l === 1 && network.layers[1] < FEW_UNITS;
}

/**
 * The same network with W[1] multiplied by the features' scale: (scale W1) X = W1 (scale X),
 * so that pixels stay bytes. Done once a step.
 * @param scale an f32
 * @param scaled receives scale W[1]: [n[1], n[0]]
 */
export function scaleInputs(network: Network, scale: number, scaled: Float32Array, kernels: Kernels): Network {
  kernels.scale(network.W[1], scale, scaled);
  return { ...network, W: network.W.map((W, l) => (l === 1 ? scaled : W)) };
}
