/** A thread's share of every step: its run of shards, and how it is cut into pieces for threads that are done. */

import { bytesOf } from "../kernels/arena.ts";
import { type KernelLayout, type Kernels, MOST_COLUMNS } from "../kernels/kernels.ts";
import { layerShapes } from "../passes/packed.ts";
import { mostShards, type Tile } from "../passes/tile.ts";
import { planRun, type RunPlan, runStart } from "./shards.ts";
import { layOutSums, type PackedSums } from "./sums.ts";
import type { TrainingShape } from "./training-memory.ts";

/** What a thread needs for its run of shards, besides the network. */
export interface ShardRun {
  readonly plan: ThreadPlan;
  readonly tile: Tile;
  /** The partial sums, as many as the plan has slots. */
  readonly partials: readonly PackedSums[];
  /** The shards that the thread works on: the first, and the one after the last. */
  readonly atWork: Uint32Array;
  readonly kernels: Kernels;
  /** Whether this thread updates weights that others read, too. */
  readonly updates: boolean;
}

/**
 * Pieces that any thread may compute, since what they write is theirs alone: the blocks of a run, or parts of dW[1] of
 * its one block.
 */
export interface Pieces {
  readonly of: "blocks" | "dW1";
  readonly count: number;
}

export interface ThreadPlan extends RunPlan {
  readonly pieces: Pieces | undefined;
}

/** Hands out the numbers of pieces, 0 .. count - 1, that this thread is to compute; others compute the rest. */
export type Take = (count: number) => Iterable<number>;

/** Bytes of partial sums that a thread may keep so that its blocks can be computed by others. */
const MOST_KEPT = 16 * 1024 * 1024;

/** Plans the run of shards of a thread: neighbouring shards that fit a tile are computed at once. */
export function planThread(
  { layers, batchSize, shards, threads }: TrainingShape,
  thread: number,
  layout: KernelLayout,
): ThreadPlan {
  const most = mostShards(layers, layout);
  const columnsOfShard = Math.ceil(batchSize / shards);
  let blockSize = 1;
  while (blockSize * 2 <= most && blockSize * 2 * columnsOfShard <= MOST_COLUMNS) blockSize *= 2;
  const [first, end] = [runStart(shards, threads, thread), runStart(shards, threads, thread + 1)];
  const plan = planRun(shards, first, end, blockSize);
  const count = plan.blocks.length;
  if (threads === 1) return { ...plan, pieces: undefined };
  if (count === 1) return { ...plan, pieces: { of: "dW1", count: layout.productParts(layerShapes(layers)[1]) } };
  if (count * bytesOf((arena) => layOutSums(layers, layout, arena)) > MOST_KEPT) return { ...plan, pieces: undefined };
  return { ...planRun(shards, first, end, blockSize, true), pieces: { of: "blocks", count } };
}
