/**
 * Shards: the runs of columns that a batch is cut into, and the tree along which their partial sums are added. Both
 * depend on the batch alone, not on the threads that compute them. That is why any number of workers gives the same
 * bits.
 */
import { foldInPlace } from "../numerics/fold.ts";

const FEWEST_SHARDS = 8;
/** From this many columns on, there are twice as many shards, so that more than eight threads have work. */
const MEDIUM_BATCH = 1024;
/**
 * The minimum number of columns of a shard where there are more shards. Smaller shards would cost more than the better
 * balance saves.
 */
const COLUMNS_PER_SHARD = 256;
const MOST_SHARDS = 128;

/**
 * The default number of shards: 8 for a mini-batch, up to 128 for a large batch, so that threads which take them one by
 * one finish at the same time. It is always a power of two, so that tasks are whole subtrees.
 */
export function defaultShards(batchColumns: number): number {
  let shards = batchColumns < MEDIUM_BATCH ? FEWEST_SHARDS : 2 * FEWEST_SHARDS;
  while (shards < MOST_SHARDS && shards * 2 * COLUMNS_PER_SHARD <= batchColumns) shards *= 2;
  return shards;
}

/**
 * The start of part `index` when `count` things are cut into `parts` runs of nearly equal length: run `index` is
 * [runStart(index), runStart(index + 1)). Runs may be empty.
 */
export function runStart(count: number, parts: number, index: number): number {
  return Math.floor((index * count) / parts);
}

/**
 * The all-reduce tree over `shards` partial sums, as additions in an order that respects the tree: adjacent shards
 * first, then adjacent pairs, and so on. The root ends in shard 0. For five shards: ((0+1) + (2+3)) + 4.
 * @yields pairs [into, from]: partial[into] += partial[from]
 */
export function* treeAdditions(shards: number): Generator<readonly [into: number, from: number]> {
  for (let stride = 1; stride < shards; stride *= 2) {
    for (let into = 0; into + stride < shards; into += 2 * stride) yield [into, into + stride];
  }
}

/**
 * Sums one f64 per shard along that tree.
 * @param sums a buffer of the same length
 */
export function foldNumbers(values: ArrayLike<number>, sums: Float64Array = new Float64Array(values.length)): number {
  sums.set(values);
  return foldInPlace(sums);
}

/** Adjacent shards that are computed at once, and the additions that follow. */
export interface Block {
  /** Shards [first, end): a whole subtree. */
  readonly first: number;
  readonly end: number;
  /** The partial sum that receives the block's root. */
  readonly slot: number;
  /** The tree's additions between slots that are due once the block is done. */
  readonly then: readonly (readonly [into: number, from: number])[];
}

/** The order of computing the shards of a subtree with few partial sums; its root ends in slot 0. */
export interface SubtreeWalk {
  readonly blocks: readonly Block[];
  /** The number of partial sums needed. */
  readonly slots: number;
}

/**
 * Plans the subtree of shards [first, end): blocks of at most `blockSize`, each a whole subtree, and the additions of
 * {@link treeAdditions} between them, each as early as possible.
 * @param first a multiple of the power of two that `end - first` equals, or that it is below at the end of the tree
 * @param blockSize a power of two
 */
export function walkSubtree(first: number, end: number, blockSize: number): SubtreeWalk {
  const count = end - first;
  // `done` is the end of the shards that the addition covers.
  const additions = Array.from(treeAdditions(count), ([into, from]) => ({
    into,
    from,
    done: Math.min(2 * from - into, count),
  }));
  const slotOf = new Map<number, number>();
  const free: number[] = [];
  const blocks: Block[] = [];
  let slots = 0;
  for (let at = 0; at < count; ) {
    let size = 1;
    while (size * 2 <= blockSize && at % (size * 2) === 0) size *= 2;
    const next = Math.min(at + size, count);
    const slot = free.pop() ?? slots++;
    slotOf.set(at, slot);
    const then: [number, number][] = [];
    for (const { into, from, done } of additions) {
      // The kernels do the additions within a block.
      if (done !== next || !slotOf.has(from)) continue;
      then.push([slotOf.get(into)!, slotOf.get(from)!]);
      free.push(slotOf.get(from)!);
      slotOf.delete(from);
    }
    blocks.push({ first: first + at, end: first + next, slot, then });
    at = next;
  }
  return { blocks, slots };
}
