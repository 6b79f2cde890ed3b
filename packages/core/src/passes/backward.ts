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
import type { Kernels, ShardColumns } from "../kernels/kernels.ts";
import type { PackedSums } from "../reduction/sums.ts";
import type { PackedNetwork } from "./packed.ts";
import type { Tile } from "./tile.ts";

/**
 * The gradient of the tile's columns, after {@link forward}, all but dW[1]: see {@link productsOfFeatures}.
 * @param shards how many of the columns belong to each of the shards at hand, in their order
 * @param gradient receives m dW and m db of these shards, folded along the tree
 * @param goesOn whether the tile goes on with the one shard that `gradient` holds the sums of already
 */
export function backward(
  network: PackedNetwork,
  tile: Tile,
  shards: ShardColumns,
  gradient: PackedSums,
  goesOn: boolean,
  kernels: Kernels,
): void {
  const { packed, layers, activation: g } = network;
  const { A, dZ, labels, columns } = tile;
  const { W: dW, b: db } = gradient;
  const L = layers.length - 1;

  // dZ[L] = A[L] - Y
  kernels.subtractOneHot(A[L], labels, dZ[L], layers[L], columns);

  for (let l = L; l >= 1; l--) {
    // m dW[l] = dZ[l] A[l-1]'
    if (l > 1) kernels.outerProducts(packed[l].shape, dZ[l], A[l - 1], shards, goesOn, dW[l]);
    // m db[l] = sum(dZ[l]), per row
    kernels.rowSums(packed[l].shape, dZ[l], shards, goesOn, db[l]);
    // dZ[l-1] = W[l]' dZ[l] * g'(Z[l-1])
    if (l > 1) kernels.backpropagate(packed[l], dZ[l], A[l - 1], g, dZ[l - 1], columns);
  }
}

/** One of the parts that dW[1] is made in. */
export interface Part {
  readonly part: number;
  readonly parts: number;
  /** Whether this thread is about to update weights that other threads have read. */
  readonly updatesNext: boolean;
}

/**
 * m dW[1] = dZ[1] X', with respect to the unscaled features, after {@link backward}: nothing else waits for it, so that it
 * can be made in parts, by several threads.
 */
export function productsOfFeatures(
  { packed }: PackedNetwork,
  { A, dZ }: Tile,
  shards: ShardColumns,
  { W: dW, b: db }: PackedSums,
  goesOn: boolean,
  kernels: Kernels,
  { part, parts, updatesNext }: Part,
): void {
  const { shape, scaledW } = packed[1];
  const claimed = updatesNext ? scaledW : undefined;
  kernels.outerProducts(shape, dZ[1], A[0], shards, goesOn, dW[1], claimed, db[1], part, parts);
}
