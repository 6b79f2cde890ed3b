/** Loss, accuracy and the confusion matrix, out of a tile that went forward. */
import type { Network } from "./network.ts";
import type { Tile } from "./tile.ts";

/** The index of the largest of `length` numbers from `offset`; the first of equals. */
export function argmax(values: Float32Array, offset: number, length: number): number {
  let best = 0;
  for (let i = 1; i < length; i++) if (values[offset + i] > values[offset + best]) best = i;
  return best;
}

/** The class that the network gives column c of the tile. */
export function predictedClass(network: Network, tile: Tile, c: number): number {
  const L = network.layers.length - 1;
  const classes = network.layers[L];
  return argmax(tile.A[L], c * classes, classes);
}

/** How many of the tile's columns get their label. */
export function countCorrect(network: Network, tile: Tile): number {
  let correct = 0;
  for (let c = 0; c < tile.columns; c++) if (predictedClass(network, tile, c) === tile.labels[c]) correct++;
  return correct;
}

/** `start` plus the tile's cross-entropies, in f64, in index order. */
export function sumLosses(tile: Tile, start: number): number {
  let sum = start;
  for (let c = 0; c < tile.columns; c++) sum += tile.losses[c];
  return sum;
}
