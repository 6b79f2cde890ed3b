/**
 * The notes' backward pass, a line an equation. It makes sums over examples; the notes' 1/m comes
 * once, after all shards are summed (update.ts).
 *
 *   dZ[l]   [n[l], C]         dW[l]   [n[l], n[l-1]]
 *                             db[l]   [n[l]]
 *
 * Copies of these notes circulate in which db2 is one number, the sum of all of dZ2, which is
 * always zero; db[l] is a sum for each row.
 */
import type { DropoutMask, Kernels, ShardColumns } from "../kernels/kernels.ts";
import type { PackedNetwork, PackedSums } from "./packed.ts";
import type { Tile } from "./tile.ts";

/** What there is to know of a tile's columns. */
export interface TileColumns extends ShardColumns {
  /** Those of {@link forward}. */
  readonly masks?: readonly DropoutMask[] | undefined;
}

/**
 * The gradient of the tile's columns, after {@link forward}.
 * @param shards of which the columns are, and what the forward pass dropped
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

  // dZ[L] = A[L] - Y, or what another loss makes of it
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
