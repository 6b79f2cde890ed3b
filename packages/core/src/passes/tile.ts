/** The working memory of the passes: the matrices of at most {@link MOST_COLUMNS} examples. */
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
   * Z[l]: [n[l], C]; Z[L] holds the logits. Z[0] is A[0]. In a hidden layer, Z[l] is the same array as A[l], unless g'
   * can only be computed from Z. With dropout the two are separate; where g' follows from g(Z[l]), the array Z[l] then
   * holds g(Z[l]), before units are dropped. With an identity output, Z[L] is A[L].
   */
  readonly Z: readonly Float32Array[];
  /** dZ[l]: [n[l], C]; index 0 is empty. */
  readonly dZ: readonly Float32Array[];
  /** The example of each column: its column in X. */
  readonly examples: Uint32Array;
  readonly answers: Answers;
  /** The last layer's matrices, with the labels or targets of the columns. */
  readonly last: OutputTile;
  /** Buffers for the number of columns of each shard in the tile: counts[n], of length n, is for n shards. */
  readonly counts: readonly Uint32Array[];
  /** C: the number of columns filled. */
  columns: number;
}

/** The maximum number of adjacent shards that the kernels fold at once in every layer, and that a tile holds. */
export function mostShards(layers: readonly number[], layout: KernelLayout): number {
  return Math.min(...layerShapes(layers).slice(1).map(layout.mostShards));
}

/** The memory that one thread runs the passes in. */
export interface PassesMemory {
  readonly network: PackedNetwork;
  readonly tile: Tile;
  /** Scratch memory of the kernels. */
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

/** Allocates the scratch memory of one thread's kernels. */
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

/**
 * Returns the same memory for passes without dropout, where the run uses dropout: A[l] is the same array as Z[l] again.
 */
export function withoutDropout(tile: Tile, activation: Network["activation"]): Tile {
  if (keepsZ(activation)) return tile;
  const L = tile.A.length - 1;
  return { ...tile, A: tile.A.map((A, l) => (l === 0 || l === L ? A : tile.Z[l])) };
}
