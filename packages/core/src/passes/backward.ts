/**
 * The notes' backward pass, one line per equation. It computes sums over examples. The update divides by m once, after
 * all shards are summed (update.ts).
 *
 *   dZ[l]   [n[l], C]         dW[l]   [n[l], n[l-1]]
 *                             db[l]   [n[l]]
 *
 * Some copies of these notes define db2 as one number, the sum of all of dZ2, which is always zero. Here db[l] is a sum
 * per row.
 */
import type { DropoutMask, Kernels, ShardColumns } from "../kernels/kernels.ts";
import type { PackedNetwork, PackedSums } from "./packed.ts";
import type { Tile } from "./tile.ts";

/** The shards and the dropout masks of a tile's columns. */
export interface TileColumns extends ShardColumns {
  /** The masks that {@link forward} used. */
  readonly masks?: readonly DropoutMask[] | undefined;
}

/**
 * Computes the gradient of the tile's columns; runs after {@link forward}.
 * @param shards the shards that the columns belong to, and the masks of the forward pass
 * @param gradient receives m dW and m db of these shards, folded along the tree
 */
export function backward(
  { packed, layers, output }: PackedNetwork,
  tile: Tile,
  { masks, ...shards }: TileColumns,
  gradient: PackedSums,
  kernels: Kernels,
): void {
  const { A, Z, dZ, answers, last, examples, columns } = tile;
  const { W: dW, b: db } = gradient;
  const L = layers.length - 1;

  // dZ[L] = A[L] - Y, or the derivative of another loss
  if (output === undefined) kernels.subtractOneHot(A[L], answers.labels, dZ[L], layers[L], columns);
  else output.backward(last, columns, kernels);

  for (let l = L; l >= 1; l--) {
    // m dW[l] = dZ[l] A[l-1]'
    kernels.outerProducts(packed[l].shape, dZ[l], A[l - 1], shards, dW[l]);
    // m db[l] = sum(dZ[l]), per row
    kernels.rowSums(packed[l].shape, dZ[l], shards, db[l]);
    // dZ[l-1] = W[l]' dZ[l] * g'(Z[l-1])
    if (l > 1) kernels.backpropagate(packed[l], dZ[l], Z[l - 1], dZ[l - 1], columns);
    // with dropout, dZ[l-1] = W[l]' dZ[l] * g'(Z[l-1]) * D[l-1]
    if (l > 1 && masks !== undefined) kernels.dropUnits(masks[l - 1], examples, dZ[l - 1], dZ[l - 1], columns);
  }
}
