/**
 * Shards: the runs of columns that a batch is cut into, and the tree that their partial sums
 * are added along. Both depend on the batch alone, never on who computes: that is why any
 * number of workers gives the same bits.
 */

/** Columns of a batch from which on a shard count above the least pays. */
const COLUMNS_PER_SHARD = 1024;
const LEAST_SHARDS = 8;
const MOST_SHARDS = 32;

/**
 * The number of shards when the caller names none: 8 for a mini-batch, more for a large batch,
 * always a power of two, so that threads own whole subtrees.
 */
export function defaultShards(batchColumns: number): number {
  let shards = LEAST_SHARDS;
  while (shards < MOST_SHARDS && shards * 2 * COLUMNS_PER_SHARD <= batchColumns) shards *= 2;
  return shards;
}

/**
 * Where part `index` of `parts` begins when `count` things are cut into runs as even as can be:
 * run `index` is [runStart(index), runStart(index + 1)). Runs may be empty.
 */
export function runStart(count: number, parts: number, index: number): number {
  return Math.floor((index * count) / parts);
}

/**
 * The all-reduce tree over `shards` partial sums, as additions in an order that respects the tree:
 * neighbours first, then neighbouring pairs, and so on; the root ends in shard 0.
 * For five shards: ((0+1) + (2+3)) + 4.
 * @yields pairs [into, from]: partial[into] += partial[from]
 */
export function* treeAdditions(shards: number): Generator<readonly [into: number, from: number]> {
  for (let stride = 1; stride < shards; stride *= 2) {
    for (let into = 0; into + stride < shards; into += 2 * stride) yield [into, into + stride];
  }
}
