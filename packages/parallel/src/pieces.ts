/**
 * How a thread that is done helps those that are not, on two words of shared memory for each thread: cores of
 * unequal speed, or disturbed by others, would wait for each other otherwise.
 *
 * In each step a thread opens its run of shards, cut into pieces, and takes them one by one; others, once nothing
 * is left of theirs, take pieces of it, too. Every piece is taken once, by an atomic subtraction. Who computes a piece
 * decides nothing about its numbers. A thread that has taken a piece arrives after it is computed; so once all have
 * arrived, all pieces are there.
 *
 *   thread    LEFT := count, OPENED := step        -> "there are pieces to take"
 *   anyone    LEFT -= 1; it was n > 0              -> piece count - n is theirs
 */
import { type Batch, type CheckedExamples, helpWith, runGradient, type ShardRun } from "@scratch-nn/core/engine";
import type { SharedMemory } from "./memory.ts";
import type { Stopwatch } from "./profile.ts";

/** A cache line for each thread. */
const LINE = 16;
/** The last step that the thread has opened its pieces in. */
const OPENED = 0;
/** How many of them nobody has taken; less than 0 once others have tried. */
const LEFT = 1;

export const pieceWords = (threads: number): number => threads * LINE;

/** The last part of dW[1] is left to the thread that has all it needs in its cache. */
const WORTH_PARTS = 2;
/** Looks at other threads' words before a thread waits no longer for pieces: a millisecond or two. */
const MOST_LOOKS = 500_000;

/** What a thread computes steps with. */
export interface Share {
  readonly memory: SharedMemory;
  readonly thread: number;
  readonly run: ShardRun;
  readonly features: Pick<CheckedExamples, "X" | "labels">;
  readonly watch: Stopwatch;
}

/**
 * A thread's share of a step: its own run, then what it takes from others.
 * @param loaded whether the run's first tile is loaded
 * @yields the number of columns done, see runGradient
 */
export function* shareOfStep(share: Share, batch: Batch, step: number, loaded = false): Generator<number, void> {
  const { memory, thread, run, features, watch } = share;
  const { network, totals, threads, pieces } = memory;
  yield* runGradient(network, features, batch, run, totals, loaded, (count) => takeOwn(pieces, thread, step, count));
  if (threads.some(({ plan }) => plan.pieces === undefined)) return;
  for (;;) {
    const taken = watch.wait(() => takeFromOthers(share, step));
    if (taken === undefined) return;
    yield* helpWith(network, features, batch, threads[taken.from], taken.piece, run, totals);
  }
}

/** The pieces of its own that are left for this thread. */
function* takeOwn(words: Int32Array, thread: number, step: number, count: number): Generator<number, void> {
  const at = thread * LINE;
  Atomics.store(words, at + LEFT, count);
  Atomics.store(words, at + OPENED, step);
  for (let left = takeOne(words, at); left > 0; left = takeOne(words, at)) yield count - left;
}

const takeOne = (words: Int32Array, at: number): number => Atomics.sub(words, at + LEFT, 1);

interface Taken {
  readonly from: number;
  readonly piece: number;
}

/** Takes a piece of another thread. @returns undefined once there is nothing worth it, or not soon */
function takeFromOthers({ memory: { threads, pieces: words }, thread }: Share, step: number): Taken | undefined {
  for (let looks = 0; looks < MOST_LOOKS; ) {
    let isOpening = false;
    for (let i = 1; i < threads.length; i++, looks++) {
      const from = (thread + i) % threads.length;
      const at = from * LINE;
      if (Atomics.load(words, at + OPENED) !== step) {
        isOpening = true;
        continue;
      }
      const { of, count } = threads[from].plan.pieces!;
      if (Atomics.load(words, at + LEFT) < (of === "blocks" ? 1 : WORTH_PARTS)) continue;
      const left = takeOne(words, at);
      if (left > 0) return { from, piece: count - left };
    }
    if (!isOpening) return undefined;
  }
  return undefined;
}
