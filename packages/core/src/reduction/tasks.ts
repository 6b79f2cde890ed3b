/**
 * Tasks: the subtrees of shards that a step is cut into. Any free thread may take one. The number of tasks depends on
 * the number of threads, but does not change any bit. The sum of a task is that of its subtree, and the tasks' sums are
 * added along the rest of the same tree.
 */
import type { KernelLayout } from "../kernels/kernels.ts";
import { MOST_COLUMNS } from "../kernels/kernels.ts";
import { packedLength } from "../passes/packed.ts";
import { mostShards } from "../passes/tile.ts";
import { ownSubtrees, type RankShape } from "./ranks.ts";
import { type Block, walkSubtree } from "./shards.ts";

/** The properties that determine the tasks. */
export interface BatchShape {
  readonly layers: readonly number[];
  readonly batchSize: number;
  readonly shards: number;
  /** In a run over several processes: this process computes only its own shards. */
  readonly ranks?: RankShape;
}

/** Shards [first, end). Slot 0 of the blocks is the task's own partial sum; the other slots belong to the thread. */
export interface Task {
  readonly first: number;
  readonly end: number;
  readonly blocks: readonly Block[];
  readonly slots: number;
}

/**
 * The cost of writing and adding a partial sum, as the number of columns that could be computed meanwhile: measured.
 */
const COLUMNS_PER_PARTIAL = 12;
/** A thread that is done waits for another's task, on average for this fraction of a task. */
const WAIT_PER_TASK = 0.15;
/** Above this many bytes of partial sums, there are no more tasks than the threads need. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Plans the tasks of a step for `threads` threads. It chooses the number of tasks with the lowest estimated time. */
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

/** The number of adjacent shards that fit into one tile and are computed at once. */
function shardsPerBlock({ layers, batchSize, shards }: BatchShape, layout: KernelLayout): number {
  const most = mostShards(layers, layout);
  const columnsOfShard = Math.ceil(batchSize / shards);
  let blockSize = 1;
  while (blockSize * 2 <= most && blockSize * 2 * columnsOfShard <= MOST_COLUMNS) blockSize *= 2;
  return blockSize;
}
