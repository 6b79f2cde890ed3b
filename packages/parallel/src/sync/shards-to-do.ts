/**
 * Distributes the shards of an evaluation over threads from a shared counter. Main is thread 0, the workers are threads
 * 1, 2, ...
 *
 *   all   own BEAT += 1, then NEXT += 1: the thread takes the shard that NEXT held before
 *
 * Main does not wait for a worker whose BEAT is still 0: the worker has taken no shard, and none is left for it.
 * Main recomputes the shards of a worker that took them and did not return their sums.
 */
import { type ConfusionCounts, evaluateShard, type evaluationBench } from "@scratch-nn/core/engine";

const NEXT = 0;
const BEATS = 1;

/** One thread's part of an evaluation. */
export interface ShardsDone {
  /** The sums of each shard that it took, by the shard's number. */
  readonly sums: ReadonlyMap<number, Float64Array>;
  /** The confusion counts over all of these shards. */
  readonly confusion: ConfusionCounts;
}

/** Allocates the shared words. */
export const shardWords = (threads: number): Int32Array => new Int32Array(new SharedArrayBuffer(4 * (BEATS + threads)));

/** The thread's heartbeat: changes whenever it makes progress; 0 until it begins. */
export const shardBeat = (words: Int32Array, thread: number): number => Atomics.load(words, BEATS + thread);

/**
 * Takes shards until none is left.
 * @yields the number of columns done, after each tile
 */
export function* evaluateShards(
  bench: ReturnType<typeof evaluationBench>,
  shards: number,
  words: Int32Array,
  thread: number,
): Generator<number, ShardsDone> {
  const sums = new Map<number, Float64Array>();
  const beat = (): number => Atomics.add(words, BEATS + thread, 1);
  beat();
  for (let s = Atomics.add(words, NEXT, 1); s < shards; s = Atomics.add(words, NEXT, 1)) {
    const tiles = evaluateShard(bench, shards, s);
    let next = tiles.next();
    for (; !next.done; next = tiles.next()) {
      beat();
      yield next.value;
    }
    sums.set(s, next.value);
  }
  return { sums, confusion: bench.figures.confusion.toCounts() };
}
