/**
 * The one training loop. It yields what is to be computed, and is resumed when that is there: at once by core's fit, by
 * parallel's when its threads have done it, however often they had to try.
 */
import type { Network } from "../model/network.ts";
import type { Logbook } from "./logbook.ts";
import type { Checkpoints, FitResult } from "./options.ts";
import type { TrainingRun } from "./run.ts";

/** A step to do: the gradient of the batch, and the update with it unless a loss is not finite. */
export interface StepRequest {
  readonly kind: "step";
  /** From 1. */
  readonly epoch: number;
  /** The step's number in the epoch, from 0. */
  readonly batch: number;
  /** Places [from, to) of the epoch's order. */
  readonly from: number;
  readonly to: number;
}

/** What a callback returned, for those who can wait for it. */
export interface WaitRequest {
  readonly kind: "wait";
  readonly promise: PromiseLike<unknown>;
}

/**
 * Trains to the end, or until the signal is aborted.
 * @yields a step, to be resumed with whether it was done, false for given up; or a promise to wait for
 * @throws DivergenceError when the loss or a parameter stops being finite
 */
export function* trainingLoop(run: TrainingRun): Generator<StepRequest | WaitRequest, FitResult, boolean> {
  const { log, memory, options, asNow } = run;
  const { signal, onEpoch, checkpoints } = options;
  while (!log.isOver && !signal?.aborted) {
    if (!(yield nextStep(run))) break;
    const report = log.note(memory.totals, () => asNow().parameters);
    // A cheap sign, found on the way: parameters that only fill a layout up count, too.
    if (memory.network.finite[0] === 0) log.requireFiniteParameters(asNow().parameters);
    if (report !== undefined && onEpoch !== undefined) {
      asNow();
      const returned = onEpoch(report);
      if (isPromise(returned)) yield { kind: "wait", promise: returned };
    }
    takeCheckpoint(checkpoints, log, asNow);
  }
  log.requireFiniteParameters(asNow().parameters);
  return log.result(log.isOver);
}

function nextStep({ log: { epoch, batch }, plan }: TrainingRun): StepRequest {
  const { batchSize, examples } = plan;
  const from = batch * batchSize;
  const to = Math.min(from + batchSize, examples.columns.length);
  return { kind: "step", epoch, batch, from, to };
}

/** Takes a checkpoint if one is due. @throws DivergenceError instead of keeping numbers that are not finite */
function takeCheckpoint(checkpoints: Checkpoints | undefined, log: Logbook, asNow: () => Network): void {
  if (checkpoints === undefined || !checkpoints.areDue(log.epoch, log.batch)) return;
  const network = asNow();
  log.requireFiniteParameters(network.parameters);
  checkpoints.take(log.position, network);
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** Whether a step's losses are all finite: then, and only then, it is followed by its update. */
export function lossesAreFinite(losses: Float64Array): boolean {
  for (let s = 0; s < losses.length; s++) if (!Number.isFinite(losses[s])) return false;
  return true;
}
