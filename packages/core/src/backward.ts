/**
 * The notes' backward pass, a line an equation. It adds up sums over examples; the notes' 1/m
 * comes once, after all shards are summed (update.ts).
 *
 *   dZ[l]   [n[l], C]         dW[l]   [n[l], n[l-1]]
 *   dA[l]   [n[l], C]         db[l]   [n[l]]
 *
 * Copies of these notes circulate in which db2 is one number, the sum of all of dZ2, which is
 * always zero; db[l] is a sum for each row.
 */
import type { Kernels } from "./kernels/kernels.ts";
import type { Network, ParameterViews } from "./network.ts";
import type { Tile } from "./tile.ts";

/**
 * Adds the gradient of the tile's columns to `gradient`, after {@link forward}.
 * W[1] is not read; dW[1] is with respect to the unscaled features.
 * @param gradient W and b of it are the running sums of m dW and m db
 */
export function backward(network: Network, tile: Tile, gradient: ParameterViews, kernels: Kernels): void {
  const { W, layers, activation } = network;
  const { A, dA, dZ, labels, columns } = tile;
  const { W: dW, b: db } = gradient;
  const L = layers.length - 1;
  const timesDerivative = kernels.derive[activation];

  // dZ[L] = A[L] - Y
  kernels.subtractOneHot(A[L], labels, dZ[L], layers[L], columns);

  for (let l = L; l >= 1; l--) {
    const shape = { units: layers[l], inputs: layers[l - 1], columns };

    // m dW[l] = dZ[l] A[l-1]'
    kernels.addOuterProducts(dZ[l], A[l - 1], dW[l], shape);
    // m db[l] = sum(dZ[l]), per row
    kernels.addRowSums(dZ[l], db[l], shape.units, columns);
    if (l === 1) break;
    // dA[l-1] = W[l]' dZ[l]
    kernels.backpropagate(W[l], dZ[l], dA[l - 1], shape);
    // dZ[l-1] = dA[l-1] * g'(Z[l-1])
    timesDerivative(A[l - 1], dA[l - 1], dZ[l - 1], shape.inputs * columns);
  }
}
