/**
 * Simulates which worker takes which task at what time, with workers of uneven speed. Each worker has a run of tasks,
 * and takes tasks of others once its own run is empty, as in packages/parallel/src/sync/work-stealing.ts.
 */
import { randomStream, runStart, type Task } from "@scratch-nn/core/engine";
import type { StepSettings } from "./settings.ts";

/** The time during which a worker computes a task. A column takes from 1 to 2.7 units of time. */
export interface Turn {
  readonly task: number;
  readonly worker: number;
  /** The worker whose run contained the task. */
  readonly owner: number;
  readonly from: number;
  readonly to: number;
}

/** The fixed time of a task, in addition to that of its columns. */
const FIXED = 4;
/** The largest additional time of a column: by the worker's speed, and by random delays of the task. */
const OF_WORKER = 0.9;
const OF_TASK = 0.8;

/** Computes all turns, by their start. @param threads the number of workers that have tasks */
export function turnsOf(settings: StepSettings, tasks: readonly Task[], threads: number): Turn[] {
  const { m, shards, timing } = settings;
  const random = randomStream(timing, 101);
  const columnsOf = ({ first, end }: Task): number => runStart(m, shards, end) - runStart(m, shards, first);
  const next = Array.from({ length: threads }, (_, w) => runStart(tasks.length, threads, w));
  const clocks = new Array<number>(threads).fill(0);
  const turns: Turn[] = [];
  for (let taken = 0; taken < tasks.length; taken++) {
    // The next worker that is free, and the first of ties.
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

/** The worker itself if its run has tasks left, else the next worker whose run has some. */
function ownerOf(worker: number, threads: number, hasTasks: (worker: number) => boolean): number {
  let owner = worker;
  while (!hasTasks(owner)) owner = (owner + 1) % threads;
  return owner;
}

/** The loss of a worker during a step. All workers then repeat the step, with a new one in its place. */
export interface Loss {
  readonly worker: number;
  readonly at: number;
  /** The time at which the step starts again. */
  readonly again: number;
  /** The turns that started before the loss; their results are discarded. */
  readonly turns: readonly Turn[];
}

export interface Schedule {
  readonly turns: readonly Turn[];
  readonly loss?: Loss;
}

/** The time for a replacement thread, as a fraction of the step's time. */
const REPLACING = 0.15;
/** Added to the timing's seed for the repeated step. The sum is beyond the seeds that a user can choose. */
const SECOND_TIME = 100_000;

/** The turns of the step. If a worker is to be lost, these are the turns after the loss. Main is never lost. */
export function scheduleOf(settings: StepSettings, tasks: readonly Task[], threads: number): Schedule {
  const first = turnsOf(settings, tasks, threads);
  const worker = threads - 1;
  const own = first.filter((turn) => turn.worker === worker);
  if (!settings.loses || worker === 0 || own.length === 0) return { turns: first };
  const { from, to } = own[own.length >> 1];
  const at = (from + to) / 2;
  const again = at + REPLACING * Math.max(...first.map((turn) => turn.to));
  const second = turnsOf({ ...settings, timing: settings.timing + SECOND_TIME }, tasks, threads);
  return {
    turns: second.map((turn) => ({ ...turn, from: turn.from + again, to: turn.to + again })),
    loss: { worker, at, again, turns: first.filter((turn) => turn.from < at) },
  };
}

/** The turns that count at a time: those from before a loss until the step starts again. */
export function turnsAt({ turns, loss }: Schedule, time: number): readonly Turn[] {
  return loss !== undefined && time < loss.again ? loss.turns : turns;
}

/** The tasks in the order in which they are done. */
export function orderDone(turns: readonly Turn[]): number[] {
  return turns.toSorted((a, b) => a.to - b.to || a.worker - b.worker).map(({ task }) => task);
}
