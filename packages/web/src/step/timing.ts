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

/** A worker that is gone in the middle of a step, which all then do again, another in its place. */
export interface Loss {
  readonly worker: number;
  readonly at: number;
  /** When the step begins again. */
  readonly again: number;
  /** What was begun before, and is for nothing. */
  readonly turns: readonly Turn[];
}

export interface Schedule {
  readonly turns: readonly Turn[];
  readonly loss?: Loss;
}

/** What a new thread costs, of the time that the step takes. */
const REPLACING = 0.15;
/** The second time is another time: a place among the timings that nobody chooses. */
const SECOND_TIME = 100_000;

/** The step's turns; where a worker is to be lost, those after it. Main is never lost. */
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

/** The turns that count at that time: those before a loss, until the step begins again. */
export function turnsAt({ turns, loss }: Schedule, time: number): readonly Turn[] {
  return loss !== undefined && time < loss.again ? loss.turns : turns;
}

/** The tasks in the order in which they are done. */
export function orderDone(turns: readonly Turn[]): number[] {
  return turns.toSorted((a, b) => a.to - b.to || a.worker - b.worker).map(({ task }) => task);
}
