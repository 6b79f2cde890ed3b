/**
 * Shards: the runs of columns that a batch is cut into, and the tree that their partial sums
 * are added along. Both depend on the batch alone, never on who computes: that is why any
 * number of workers gives the same bits.
 */

const FEWEST_SHARDS = 8;
/** From so many columns on there are twice as many: threads beyond eight have something to do. */
const MEDIUM_BATCH = 1024;
/** Columns that a shard has at least where there are more of them: fewer would cost more than they even out. */
const COLUMNS_PER_SHARD = 256;
const MOST_SHARDS = 128;

/**
 * The number of shards when the caller names none: 8 for a mini-batch, up to 128 for a large batch, so that threads
 * which take them one by one are done at the same time; always a power of two, so that tasks are whole subtrees.
 */
export function defaultShards(batchColumns: number): number {
  let shards = batchColumns < MEDIUM_BATCH ? FEWEST_SHARDS : 2 * FEWEST_SHARDS;
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

/**
 * Sums one f64 a shard along the tree of {@link treeAdditions}, written out: every step does it.
 * @param sums room for as many
 */
export function foldNumbers(values: ArrayLike<number>, sums: Float64Array = new Float64Array(values.length)): number {
  sums.set(values);
  for (let stride = 1; stride < sums.length; stride *= 2) {
    for (let into = 0; into + stride < sums.length; into += 2 * stride) sums[into] += sums[into + stride];
  }
  return sums[0] ?? 0;
}

/** Some neighbouring shards that are computed at a time, and what is added once they are done. */
export interface Block {
  /** Shards [first, end): a whole subtree. */
  readonly first: number;
  readonly end: number;
  /** The partial sum that receives the block's root. */
  readonly slot: number;
  /** Additions of the tree that are then due, between slots. */
  readonly then: readonly (readonly [into: number, from: number])[];
}

/** How the shards of a subtree are worked through with few partial sums; its root ends in slot 0. */
export interface SubtreeWalk {
  readonly blocks: readonly Block[];
  /** Partial sums needed. */
  readonly slots: number;
}

/**
 * Plans the subtree of shards [first, end) of `shards`: blocks of at most `blockSize`, each a whole subtree, and the
 * additions of {@link treeAdditions} that lie within, as early as they can be.
 * @param blockSize a power of two
 */
export function walkSubtree(shards: number, first: number, end: number, blockSize: number): SubtreeWalk {
  const additions = additionsWithin(shards, first, end);
  const slotOf = new Map<number, number>();
  const free: number[] = [];
  const blocks: Block[] = [];
  let slots = 0;
  for (let shard = first; shard < end; ) {
    const next = blockEnd(shards, shard, end, blockSize);
    const slot = free.pop() ?? slots++;
    slotOf.set(shard, slot);
    const then: [number, number][] = [];
    for (const { into, from, done } of additions) {
      // Additions between shards of one block are the kernels' business.
      if (done !== next || !slotOf.has(from)) continue;
      then.push([slotOf.get(into)!, slotOf.get(from)!]);
      free.push(slotOf.get(from)!);
      slotOf.delete(from);
    }
    blocks.push({ first: shard, end: next, slot, then });
    shard = next;
  }
  return { blocks, slots };
}

/** The additions whose operands lie in the run, with the shard after the last one that each sums up. */
function additionsWithin(shards: number, first: number, end: number): { into: number; from: number; done: number }[] {
  return [...treeAdditions(shards)]
    .map(([into, from]) => ({ into, from, done: Math.min(from + (from - into), shards) }))
    .filter(({ into, done }) => into >= first && done <= end);
}

function blockEnd(shards: number, first: number, end: number, blockSize: number): number {
  let size = 1;
  while (size * 2 <= blockSize && first % (size * 2) === 0 && Math.min(first + size * 2, shards) <= end) size *= 2;
  return Math.min(first + size, shards, end);
}
