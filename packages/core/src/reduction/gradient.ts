/** Computes the partial gradient of a task: its shards in tiles, block after block. */
import type { ColumnRun, DropoutMask, FeatureMatrix, Kernels } from "../kernels/kernels.ts";
import { MOST_COLUMNS } from "../kernels/kernels.ts";
import { countClasses } from "../losses/softmax.ts";
import { backward } from "../passes/backward.ts";
import { forward } from "../passes/forward.ts";
import type { PackedNetwork, PackedSums } from "../passes/packed.ts";
import type { Tile } from "../passes/tile.ts";
import { type Block, runStart } from "./shards.ts";
import type { Task } from "./tasks.ts";

/** The features of the examples, with the class or the targets of each column. */
export interface TrainingData extends FeatureMatrix {
  /** [*]; empty where there are targets. */
  readonly labels: Uint16Array;
  /** [outputs, *], for outputs with targets. */
  readonly targets?: Float32Array;
}

/** The contribution of each shard to the batch's figures, each [S]. */
export interface BatchTotals {
  /** Sum of the losses, in f64, with columns in index order. */
  readonly losses: Float64Array;
  /** The number of columns predicted correctly; for a softmax, those whose most likely class is their label. */
  readonly correct: Uint32Array;
}

/** A batch of a step: columns order[from .. to - 1] of X, cut into S shards. */
export interface Batch {
  readonly order: Uint32Array;
  readonly from: number;
  readonly to: number;
  readonly shards: number;
  /** The masks of layers 1 .. L - 1, in a step with dropout. */
  readonly masks?: readonly DropoutMask[] | undefined;
}

/** What a thread needs to compute gradients. */
export interface Workbench {
  readonly network: PackedNetwork;
  readonly data: TrainingData;
  readonly kernels: Kernels;
  readonly tile: Tile;
  /** The thread's own partial sums, for slots of a task from 1 on. */
  readonly spare: readonly PackedSums[];
  readonly totals: BatchTotals;
  /** Receives the range of shards that the thread is computing: the first, and the one after the last. */
  readonly atWork: Uint32Array;
}

/** Copies columns [first, first + count) of the order into the tile. */
export function loadTile(
  { network, data, kernels, tile }: Pick<Workbench, "network" | "data" | "kernels" | "tile">,
  order: Uint32Array,
  first: number,
  count: number,
): void {
  kernels.gather(data, { order, first, count }, tile.A[0], network.packed[1].shape);
  loadAnswers({ network, data, tile }, { order, first, count });
  tile.columns = count;
}

/** Copies what belongs to the columns besides their features: the examples' numbers, and their labels or targets. */
export function loadAnswers(
  { network, data, tile }: Pick<Workbench, "network" | "data" | "tile">,
  { order, first, count, at = 0 }: ColumnRun,
): void {
  const { labels, targets } = data;
  const outputs = network.layers.at(-1)!;
  for (let c = 0; c < count; c++) {
    const example = order[first + c];
    tile.examples[at + c] = example;
    if (labels.length > 0) tile.answers.labels[at + c] = labels[example];
    if (targets === undefined || targets.length === 0) continue;
    const to = (at + c) * outputs;
    for (let u = 0; u < outputs; u++) tile.last.targets[to + u] = targets[example * outputs + u];
  }
}

/** The first columns of a task, as places in the order. */
export function firstTile({ blocks: [block] }: Task, batch: Batch): { readonly first: number; readonly count: number } {
  const first = startOf(batch, block.first);
  return { first, count: Math.min(MOST_COLUMNS, startOf(batch, block.end) - first) };
}

/**
 * Computes the sums m dW and m db of a task's shards, folded along the tree.
 * @param sum receives them
 * @param isLoaded whether the tile already holds the task's first columns, see {@link firstTile}
 * @yields the number of columns done, after each tile, so that the caller can do other work or abandon the task
 */
export function* taskGradient(
  task: Task,
  batch: Batch,
  bench: Workbench,
  sum: PackedSums,
  isLoaded: boolean,
): Generator<number, void> {
  const slots = [sum, ...bench.spare];
  for (const block of task.blocks) {
    yield* blockGradient(block, batch, bench, slots[block.slot], isLoaded && block.first === task.first);
    for (const [into, from] of block.then) bench.kernels.add(slots[into].parameters, slots[from].parameters);
  }
}

/** Computes all shards of a block in one tile, or a single shard tile after tile. */
function* blockGradient(
  block: Block,
  batch: Batch,
  bench: Workbench,
  sum: PackedSums,
  isLoaded: boolean,
): Generator<number, void> {
  bench.atWork[0] = block.first;
  bench.atWork[1] = block.end;
  bench.totals.losses.fill(0, block.first, block.end);
  bench.totals.correct.fill(0, block.first, block.end);
  const from = startOf(batch, block.first);
  const to = startOf(batch, block.end);
  // An empty shard also has a sum: zero.
  for (let first = from; first === from || first < to; first += MOST_COLUMNS) {
    const count = Math.min(MOST_COLUMNS, to - first);
    if (isLoaded && first === from) bench.tile.columns = count;
    else loadTile(bench, batch.order, first, count);
    tileGradient(block, batch, bench, sum, first);
    yield count;
  }
}

/** @param first the place of the tile's first column in the order */
function tileGradient(block: Block, batch: Batch, bench: Workbench, sum: PackedSums, first: number): void {
  const { network, tile, kernels } = bench;
  const end = first + tile.columns;
  const counts = tile.counts[block.end - block.first];
  for (let s = 0; s < counts.length; s++) {
    const shard = block.first + s;
    counts[s] = Math.max(0, Math.min(end, startOf(batch, shard + 1)) - Math.max(first, startOf(batch, shard)));
  }
  const { masks } = batch;
  forward(network, tile, kernels, masks);
  backward(network, tile, { counts, goesOn: first > startOf(batch, block.first), masks }, sum, kernels);
  addTotals(bench, counts, block.first);
}

/** Adds the tile's figures to those of its shards, with columns in index order. */
export function addTotals(
  { network: { output }, tile: { answers, last }, totals }: Pick<Workbench, "network" | "tile" | "totals">,
  counts: Uint32Array,
  firstShard: number,
): void {
  const { losses } = answers;
  const countRight = output?.countRight ?? countClasses;
  let first = 0;
  for (let s = 0; s < counts.length; s++) {
    const end = first + counts[s];
    let loss = totals.losses[firstShard + s];
    for (let c = first; c < end; c++) loss += losses[c];
    totals.losses[firstShard + s] = loss;
    totals.correct[firstShard + s] += countRight(last, first, end);
    first = end;
  }
}

/** The first column of a shard, as a place in the order. */
function startOf({ from, to, shards }: Batch, shard: number): number {
  return from + runStart(to - from, shards, shard);
}
