import type { Network } from "./network.ts";

/**
 * Columns that are worked on at a time. It changes no bit, since a shard's sums go on from tile
 * to tile in index order; it keeps a tile's activations in the cache.
 */
export const TILE_COLUMNS = 64;

/** Working memory for the examples at hand: see the legend in network.ts for the shapes. */
export interface Tile {
  /** A[l]: [n[l], TILE_COLUMNS]; A[0] holds the gathered columns of X, unscaled. */
  readonly A: readonly Float32Array[];
  /** Z[l] and its derivatives, for l >= 1: [n[l], TILE_COLUMNS]; index 0 is empty. */
  readonly Z: readonly Float32Array[];
  readonly dA: readonly Float32Array[];
  readonly dZ: readonly Float32Array[];
  /** The class of each column, [TILE_COLUMNS]. */
  readonly labels: Uint16Array;
  /** The cross-entropy of each column, [TILE_COLUMNS]. */
  readonly losses: Float32Array;
  /** C: how many columns are filled. */
  columns: number;
}

export function createTile(network: Network): Tile {
  const matrices = (first: number): Float32Array[] =>
    network.layers.map((units, l) => new Float32Array(l < first ? 0 : units * TILE_COLUMNS));
  return {
    A: matrices(0),
    Z: matrices(1),
    dA: matrices(1),
    dZ: matrices(1),
    labels: new Uint16Array(TILE_COLUMNS),
    losses: new Float32Array(TILE_COLUMNS),
    columns: 0,
  };
}
