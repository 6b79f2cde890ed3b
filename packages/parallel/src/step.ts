/** Main's part of a step: its own shards, and waiting for the others, the event loop alive. */
import type { FitProgress } from "@scratch-nn/core";
import { type Batch, foldRoots, type RootFold } from "@scratch-nn/core/engine";
import { arrive, columnsOf, isAwaited, type Phase, startStep, waitForAll } from "./barrier.ts";
import type { Crew } from "./crew.ts";
import { TURN_MILLISECONDS, type Turn } from "./event-loop.ts";
import { type Share, shareOfStep } from "./pieces.ts";
import type { Watchdog } from "./watchdog.ts";

/** What main needs for every step. */
export interface Stepping extends Share {
  readonly fold: RootFold;
  readonly threads: number;
  readonly crew: Crew;
  readonly turn: Turn;
  readonly watchdog: Watchdog;
  readonly onProgress: ((progress: FitProgress) => void) | undefined;
  readonly signal: { readonly aborted: boolean } | undefined;
}

/**
 * Computes the gradient of a batch with all threads.
 * @returns false when the signal was aborted instead
 * @throws the crew's failure
 */
export async function computeStep(step: Stepping, batch: Batch, epoch: number): Promise<boolean> {
  const { memory, run, fold, threads, watch, turn } = step;
  const { control } = memory;
  let own = 0;
  /** @returns whether to go on */
  const takeTurn = async (): Promise<boolean> => {
    await turn.yield();
    if (step.crew.failure !== undefined) throw step.crew.failure;
    let examples = batch.from + own;
    for (let worker = 1; worker < threads; worker++) examples += columnsOf(control, worker);
    step.onProgress?.({ epoch, examples });
    return !step.signal?.aborted;
  };
  const number = startStep(control);
  const areThere = (phase: Phase): boolean =>
    watch.wait(() => waitForAll(control, threads, number, phase, TURN_MILLISECONDS));
  /** Goes on waiting, the event loop alive. @returns whether to go on */
  const keepWaitingFor = async (phase: Phase): Promise<boolean> => {
    let start = performance.now();
    do {
      for (let worker = 1; worker < threads; worker++) {
        if (!isAwaited(control, worker, number, phase)) continue;
        const lost = step.watchdog.waited(worker, performance.now() - start);
        if (lost !== undefined) step.crew.giveUp(lost);
      }
      if (!(await takeTurn())) return false;
      start = performance.now();
    } while (!areThere(phase));
    return true;
  };

  for (const columns of shareOfStep(step, batch, number)) {
    own += columns;
    if (turn.isOver() && !(await takeTurn())) return false;
    if (step.signal?.aborted) return false;
  }
  arrive(control, 0);
  if (!areThere("partials") && !(await keepWaitingFor("partials"))) return false;
  foldRoots(fold, 0, threads, run.kernels);
  arrive(control, 0);
  return areThere("gradient") || keepWaitingFor("gradient");
}
