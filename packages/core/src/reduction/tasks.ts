/**
 * Tasks: the subtrees of shards that a step is cut into, for whoever is free to compute one. How many there are follows
 * from the number of threads, and changes no bit: a task's sum is that of its subtree, and the tasks' sums are added
 * along the rest of the same tree.
 */
import type { KernelLayout } from "../kernels/kernels.ts";
import { MOST_COLUMNS } from "../kernels/kernels.ts";
import { packedLength } from "../passes/packed.ts";
import { mostShards } from "../passes/tile.ts";
import { ownSubtrees, type RankShape } from "./ranks.ts";
import { type Block, walkSubtree } from "./shards.ts";

/** What the tasks follow from. */
export interface BatchShape {
  readonly layers: readonly number[];
  readonly batchSize: number;
  readonly shards: number;
  /** Of a run over several processes: only the shards of this one are computed here. */
  readonly ranks?: RankShape;
}

/** Shards [first, end). Slot 0 of its blocks is the task's own partial sum, the others are its thread's. */
export interface Task {
  readonly first: number;
  readonly end: number;
  readonly blocks: readonly Block[];
  readonly slots: number;
}

/** What writing and adding a partial sum takes, as columns of examples that could be computed meanwhile: measured. */
const COLUMNS_PER_PARTIAL = 12;
/** A thread that is done waits for another's task: on average for this part of one. */
const WAIT_PER_TASK = 0.15;
/** Bytes of partial sums beyond which there are no more tasks than threads need. */
const MOST_BYTES = 16 * 1024 * 1024;

/** The tasks of a step for so many threads: the count with which they are likely to be done first. */
export function planTasks(shape: BatchShape, threads: number, layout: KernelLayout): Task[] {
  const { layers, batchSize, shards } = shape;
  const bytes = 4 * packedLength(layers, layout);
  const subtrees = ownSubtrees(shards, shape.ranks);
  const own = subtrees.reduce((sum, { first, end }) => sum + end - first, 0);
  const tasksOf = (size: number) =>
    subtrees.flatMap(({ first, end }) =>
      Array.from({ length: Math.ceil((end - first) / size) }, (_, t) => ({
        first: first + t * size,
        end: Math.min(first + (t + 1) * size, end),
      })),
    );
  let best = shards;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let size = 1; size < 2 * shards; size *= 2) {
    const count = tasksOf(size).length;
    const isLarge = count * bytes > MOST_BYTES && count >= 2 * threads;
    const columns = (batchSize * own) / shards / count + COLUMNS_PER_PARTIAL;
    const cost = (Math.ceil(count / threads) + (threads > 1 ? WAIT_PER_TASK : 0)) * columns;
    if (isLarge || cost > bestCost) continue;
    best = size;
    bestCost = cost;
  }
  const blockSize = shardsPerBlock(shape, layout);
  return tasksOf(best).map(({ first, end }) => ({ first, end, ...walkSubtree(first, end, blockSize) }));
}

/** Neighbouring shards that fit a tile are computed at once. */
function shardsPerBlock({ layers, batchSize, shards }: BatchShape, layout: KernelLayout): number {
  const most = mostShards(layers, layout);
  const columnsOfShard = Math.ceil(batchSize / shards);
  let blockSize = 1;
  while (blockSize * 2 <= most && blockSize * 2 * columnsOfShard <= MOST_COLUMNS) blockSize *= 2;
  return blockSize;
}
