/** Partial gradients: of some shards at a time, and of a thread's whole run of shards. */

import type { CheckedExamples } from "../examples/examples.ts";
import { type Kernels, MOST_COLUMNS } from "../kernels/kernels.ts";
import { backward, productsOfFeatures } from "../passes/backward.ts";
import { forward } from "../passes/forward.ts";
import type { PackedNetwork } from "../passes/packed.ts";
import type { Tile } from "../passes/tile.ts";
import { type Block, type RunPlan, runStart } from "./shards.ts";
import { addSums } from "./sums.ts";
import type { ShardRun, Take } from "./thread-run.ts";

const LINE_BYTES = 64;

/** What a thread takes that nobody helps: all, in turn. */
const all: Take = function* (count) {
  for (let piece = 0; piece < count; piece++) yield piece;
};

/** What a shard adds to the batch's figures. */
export interface ShardTotals {
  /** Sum of the cross-entropies, in f64, columns in index order. */
  loss: number;
  /** Columns whose most likely class is their label. */
  correct: number;
}

/** Each shard's {@link ShardTotals}, [S]. */
export interface BatchTotals {
  readonly losses: Float64Array;
  readonly correct: Uint32Array;
}

/** A batch as a step sees it: columns order[from .. to - 1] of X, cut into S shards. */
export interface Batch {
  readonly order: Uint32Array;
  readonly from: number;
  readonly to: number;
  readonly shards: number;
}

/** Copies columns [from, from + count) of the order into the tile. */
export function loadTile(
  network: PackedNetwork,
  tile: Tile,
  examples: Pick<CheckedExamples, "X" | "labels">,
  order: Uint32Array,
  from: number,
  count: number,
  kernels: Kernels,
): void {
  kernels.gather(examples.X, order, from, count, tile.A[0], network.packed[1].shape);
  for (let c = 0; c < count; c++) tile.labels[c] = examples.labels[order[from + c]];
  tile.columns = count;
}

/**
 * The partial dW, db of a run of shards, block after block, folded as far as the tree allows:
 * the roots end in the slots that the run's plan names.
 * @param network prepared, see prepareWeights
 * @param loaded whether {@link loadAhead} has loaded the first tile
 * @param totals receives each shard's figures
 * @param take which pieces of the run to compute, see {@link Pieces}
 * @yields the number of columns done, after each tile: the caller may do something else in between, or give up
 */
export function* runGradient(
  network: PackedNetwork,
  examples: Pick<CheckedExamples, "X" | "labels">,
  batch: Batch,
  run: ShardRun,
  totals: BatchTotals,
  loaded = false,
  take: Take = all,
): Generator<number, void> {
  const { plan, partials, kernels } = run;
  const { blocks, pieces } = plan;
  const isOfBlocks = pieces?.of === "blocks";
  for (const b of (isOfBlocks ? take : all)(blocks.length)) {
    const block = blocks[b];
    yield* blockGradient(network, examples, batch, block, run, loaded && b === 0, totals, isOfBlocks ? all : take);
    for (const [into, from] of block.then) addSums(partials[into], partials[from], kernels);
  }
}

/** Loads the first examples of a run before its step begins. */
export function loadAhead(
  network: PackedNetwork,
  examples: Pick<CheckedExamples, "X" | "labels">,
  batch: Batch,
  { plan, tile, kernels }: ShardRun,
): void {
  const { from, count } = firstTile(plan, batch);
  loadTile(network, tile, examples, batch.order, from, count, kernels);
}

/**
 * Reads the first examples of another thread's run, so that they come from memory into the cache that cores share.
 * Nothing is written: lines that one core writes and another reads would cost both of them more.
 * @returns a number of no meaning, without which nothing would have to be read
 */
export function fetchAhead(
  { X }: Pick<CheckedExamples, "X">,
  inputs: number,
  batch: Batch,
  { plan }: Pick<ShardRun, "plan">,
): number {
  const { from, count } = firstTile(plan, batch);
  const line = LINE_BYTES / X.BYTES_PER_ELEMENT;
  let sum = 0;
  for (let c = from; c < from + count; c++) {
    const x = batch.order[c] * inputs;
    for (let i = x; i < x + inputs; i += line) sum += X[i];
  }
  return sum;
}

/** The columns of the order that a run begins with. */
function firstTile({ blocks: [block] }: RunPlan, batch: Batch): { readonly from: number; readonly count: number } {
  const from = startOf(batch, block.first);
  return { from, count: Math.min(MOST_COLUMNS, startOf(batch, block.end) - from) };
}

/** The first column of a shard, as an index into the order. */
export function startOf({ from, to, shards }: Batch, shard: number): number {
  return from + runStart(to - from, shards, shard);
}

/**
 * The shards of a block in one tile, or its one shard tile after tile.
 * @param takeParts which parts of dW[1] of a run's one block to compute
 */
export function* blockGradient(
  network: PackedNetwork,
  examples: Pick<CheckedExamples, "X" | "labels">,
  batch: Batch,
  block: Block,
  run: ShardRun,
  loaded: boolean,
  totals: BatchTotals,
  takeParts = all,
): Generator<number, void> {
  run.atWork[0] = block.first;
  run.atWork[1] = block.end;
  for (let shard = block.first; shard < block.end; shard++) {
    totals.losses[shard] = 0;
    totals.correct[shard] = 0;
  }
  const from = startOf(batch, block.first);
  const to = startOf(batch, block.end);
  // A shard without columns has a sum all the same: zero.
  for (let first = from; first === from || first < to; first += MOST_COLUMNS) {
    const count = Math.min(MOST_COLUMNS, to - first);
    if (loaded && first === from) run.tile.columns = count;
    else loadTile(network, run.tile, examples, batch.order, first, count, run.kernels);
    tileGradient(network, batch, block, first, run, totals, takeParts);
    yield count;
  }
}

/** The loaded tile's, whose columns begin with place `first` of the order. */
function tileGradient(
  network: PackedNetwork,
  batch: Batch,
  block: Block,
  first: number,
  { plan, tile, partials, kernels, updates }: ShardRun,
  totals: BatchTotals,
  takeParts: Take,
): void {
  const end = first + tile.columns;
  const shards = tile.shards[block.end - block.first];
  for (let s = 0; s < shards.length; s++) {
    const shard = block.first + s;
    shards[s] = Math.max(0, Math.min(end, startOf(batch, shard + 1)) - Math.max(first, startOf(batch, shard)));
  }
  forward(network, tile, kernels);
  const sums = partials[block.slot];
  const goesOn = first > startOf(batch, block.first);
  backward(network, tile, shards, sums, goesOn, kernels);
  const isLast = end === startOf(batch, block.end);
  const updatesNext = updates && isLast && block === plan.blocks.at(-1);
  if (isLast && plan.pieces?.of === "dW1") {
    const parts = plan.pieces.count;
    for (const part of takeParts(parts)) {
      productsOfFeatures(network, tile, shards, sums, goesOn, kernels, { part, parts, updatesNext });
    }
  } else {
    productsOfFeatures(network, tile, shards, sums, goesOn, kernels, { part: 0, parts: 1, updatesNext });
  }
  addTotals(tile, block.first, shards, totals);
}

/** Adds the tile's figures to its shards', columns in index order. */
function addTotals(tile: Tile, firstShard: number, shards: Uint32Array, { losses, correct }: BatchTotals): void {
  let c = 0;
  for (let s = 0; s < shards.length; s++) {
    let loss = losses[firstShard + s];
    let right = correct[firstShard + s];
    for (const end = c + shards[s]; c < end; c++) {
      loss += tile.losses[c];
      if (tile.predicted[c] === tile.labels[c]) right++;
    }
    losses[firstShard + s] = loss;
    correct[firstShard + s] = right;
  }
}
