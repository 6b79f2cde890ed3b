/** Working memory for the examples at hand. */
import type { Arena } from "../kernels/arena.ts";
import { type Answers, type KernelLayout, MOST_COLUMNS } from "../kernels/kernels.ts";
import type { OutputTile } from "../losses/output-layer.ts";
import { keepsZ, type Network } from "../model/network.ts";
import { hasTargets } from "../model/output.ts";
import { layerShapes, layOutNetwork, type PackedNetwork, type PassesShape } from "./packed.ts";

/** See the legend in network.ts for the shapes; C is at most {@link MOST_COLUMNS}. */
export interface Tile {
  /** A[l]: [n[l], C]; A[0] holds the gathered columns of X. */
  readonly A: readonly Float32Array[];
  /**
   * Z[l]: [n[l], C]; Z[L] are the logits. Z[l] of a hidden layer is A[l], which takes its place, unless g' follows
   * from nothing but Z; with dropout it is g(Z[l]), from which A[l] follows. Z[0] is A[0]. So is Z[L] of an identity.
   */
  readonly Z: readonly Float32Array[];
  /** dZ[l]: [n[l], C]; index 0 is empty. */
  readonly dZ: readonly Float32Array[];
  /** The number of each column's example: its column in X. */
  readonly examples: Uint32Array;
  readonly answers: Answers;
  /** The last layer's matrices, with the labels or targets of the columns. */
  readonly last: OutputTile;
  /** Room for how many columns belong to each shard at hand, by how many shards these are: counts[n] is [n]. */
  readonly counts: readonly Uint32Array[];
  /** C: how many columns are filled. */
  columns: number;
}

/** The most neighbouring shards that kernels fold at a time in every layer, hence that a tile holds. */
export function mostShards(layers: readonly number[], layout: KernelLayout): number {
  return Math.min(...layerShapes(layers).slice(1).map(layout.mostShards));
}

/** What one thread runs the passes with. */
export interface PassesMemory {
  readonly network: PackedNetwork;
  readonly tile: Tile;
  /** The kernels' own. */
  readonly scratch: Uint8Array;
}

export function layOutPasses(network: PassesShape, layout: KernelLayout, arena: Arena): PassesMemory {
  const { layers } = network;
  return {
    network: layOutNetwork(network, layout, arena),
    tile: layOutTile(network, layout, arena),
    scratch: layOutScratch(layers, layout, arena),
  };
}

/** What the kernels of one thread need for themselves. */
export function layOutScratch(layers: readonly number[], layout: KernelLayout, arena: Arena): Uint8Array {
  return arena.uint8(layout.scratchBytes(layerShapes(layers)[1]));
}

export function layOutTile(
  { layers, activation, output = "softmax", dropout = false }: PassesShape,
  layout: KernelLayout,
  arena: Arena,
): Tile {
  const matrix = (rows: number) => arena.float32(layout.columnsLength(rows));
  const most = mostShards(layers, layout);
  const counts = arena.uint32(most);
  const A = layers.map((units, l) =>
    l === 0 ? arena.float32(layout.featuresLength(layerShapes(layers)[1])) : matrix(units),
  );
  const L = layers.length - 1;
  const isApart = (l: number): boolean => (l === L ? output !== "identity" : l > 0 && (dropout || keepsZ(activation)));
  const Z = layers.map((units, l) => (isApart(l) ? matrix(units) : A[l]));
  const dZ = layers.map((units, l) => (l === 0 ? new Float32Array(0) : matrix(units)));
  const answers = {
    labels: arena.uint16(MOST_COLUMNS),
    losses: arena.float32(MOST_COLUMNS),
    predicted: arena.uint16(MOST_COLUMNS),
  };
  const targets = arena.float32(hasTargets(output) ? layers[L] * MOST_COLUMNS : 0);
  return {
    A,
    Z,
    dZ,
    examples: arena.uint32(MOST_COLUMNS),
    answers,
    last: { Z: Z[L], A: A[L], dZ: dZ[L], answers, targets },
    counts: Array.from({ length: most + 1 }, (_, n) => counts.subarray(0, n)),
    columns: 0,
  };
}

/** The same memory for passes that drop no units, though others in it do: A[l] takes the place of Z[l] again. */
export function withoutDropout(tile: Tile, activation: Network["activation"]): Tile {
  if (keepsZ(activation)) return tile;
  const L = tile.A.length - 1;
  return { ...tile, A: tile.A.map((A, l) => (l === 0 || l === L ? A : tile.Z[l])) };
}
