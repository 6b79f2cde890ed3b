/**
 * The shards of an evaluation, for whoever is free: main is thread 0, the workers are the others.
 *
 *   all   BEAT of the thread's own += 1, then NEXT += 1: the shard that NEXT was is the thread's
 *
 * Main waits for no worker without a beat: it has taken nothing, and finds nothing any more. What a worker has taken and
 * does not bring back, main does again.
 */
import { type ConfusionCounts, evaluateShard, type evaluationBench } from "@scratch-nn/core/engine";

const NEXT = 0;
const BEATS = 1;

/** What a thread has done of an evaluation. */
export interface ShardsDone {
  /** The sums of each of its shards. */
  readonly sums: ReadonlyMap<number, Float64Array>;
  /** Of all of them. */
  readonly confusion: ConfusionCounts;
}

/** Shared words for so many threads. */
export const shardWords = (threads: number): Int32Array => new Int32Array(new SharedArrayBuffer(4 * (BEATS + threads)));

/** What changes when the thread has got further; 0 until it begins. */
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
