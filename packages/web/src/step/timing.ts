/**
 * Who takes which task when, with workers of uneven speed: each has a run of tasks, and one that is done with its own
 * takes those of others, as packages/parallel/src/sync/work-stealing.ts does it.
 */
import { randomStream, runStart, type Task } from "@scratch-nn/core/engine";
import type { StepSettings } from "./settings.ts";

/** A task that a worker computes, from one time to another; a column takes about 1. */
export interface Turn {
  readonly task: number;
  readonly worker: number;
  /** Whose run it was in. */
  readonly owner: number;
  readonly from: number;
  readonly to: number;
}

/** What taking a task costs besides its columns. */
const FIXED = 4;
/** How much longer than a column's time a worker takes at most, of its own and of a task's accidents. */
const OF_WORKER = 0.9;
const OF_TASK = 0.8;

/** All turns, in the order in which they begin. @param threads workers that have something to do */
export function turnsOf(settings: StepSettings, tasks: readonly Task[], threads: number): Turn[] {
  const { m, shards, timing } = settings;
  const random = randomStream(timing, 101);
  const columnsOf = ({ first, end }: Task): number => runStart(m, shards, end) - runStart(m, shards, first);
  const next = Array.from({ length: threads }, (_, w) => runStart(tasks.length, threads, w));
  const clocks = new Array<number>(threads).fill(0);
  const turns: Turn[] = [];
  for (let taken = 0; taken < tasks.length; taken++) {
    // The worker that is free first; of equals the first.
    const worker = clocks.indexOf(Math.min(...clocks));
    const owner = ownerOf(worker, threads, (w) => next[w] < runStart(tasks.length, threads, w + 1));
    const task = next[owner]++;
    const slowness = 1 + OF_WORKER * random.uniform(worker) + OF_TASK * random.uniform(1000 + task);
    const from = clocks[worker];
    const to = from + FIXED + columnsOf(tasks[task]) * slowness;
    turns.push({ task, worker, owner, from, to });
    clocks[worker] = to;
  }
  return turns;
}

/** Its own run, or the next one that has tasks left. */
function ownerOf(worker: number, threads: number, hasTasks: (worker: number) => boolean): number {
  let owner = worker;
  while (!hasTasks(owner)) owner = (owner + 1) % threads;
  return owner;
}

/** The tasks in the order in which they are done. */
export function orderDone(turns: readonly Turn[]): number[] {
  return turns.toSorted((a, b) => a.to - b.to || a.worker - b.worker).map(({ task }) => task);
}
