/**
 * The one training loop. It yields what is to be computed, and is resumed when that is there: at once by core's fit, by
 * parallel's when its threads have done it, however often they had to try.
 */
import type { Checkpoints, FitResult, ValidationFigures } from "./options.ts";
import type { TrainingRun } from "./run.ts";
import { validationFigures } from "./validation.ts";

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
  /** See scheduledRate. */
  readonly reductions: number;
}

/** All shards of the validation to do, after the last step of an epoch. */
export interface ValidationRequest {
  readonly kind: "validation";
  readonly epoch: number;
  /** The step before it. */
  readonly batch: number;
}

/** What a callback returned, for those who can wait for it. */
export interface WaitRequest {
  readonly kind: "wait";
  readonly promise: PromiseLike<unknown>;
}

type Request = StepRequest | ValidationRequest | WaitRequest;

/**
 * Trains to the end, or until the signal is aborted.
 * @yields a step or a validation, to be resumed with whether it was done, false for given up; or a promise to wait for
 * @throws DivergenceError when the loss or a parameter stops being finite
 */
export function* trainingLoop(run: TrainingRun): Generator<Request, FitResult, boolean> {
  const { log, memory, options, asNow } = run;
  const { signal, onEpoch, checkpoints } = options;
  while (!log.isOver && !signal?.aborted) {
    // A run may go on from the end of an epoch whose validation is missing.
    if (!log.isEpochDone) {
      if (!(yield nextStep(run))) break;
      log.note(memory.totals, () => asNow().parameters);
      // A cheap sign, found on the way: parameters that only fill a layout up count, too.
      if (memory.network.finite[0] === 0) log.requireFiniteParameters(asNow().parameters);
    }
    if (log.isEpochDone) {
      const looked = yield* look(run);
      if (!looked.isDone) break;
      const report = log.endEpoch(looked.figures, () => asNow().parameters);
      if (onEpoch !== undefined) {
        asNow();
        const returned = onEpoch(report);
        if (isPromise(returned)) yield { kind: "wait", promise: returned };
      }
    }
    takeCheckpoint(checkpoints, run);
  }
  log.requireFiniteParameters(asNow().parameters);
  if (log.isOver) run.deliver();
  return { ...log.result, position: run.positionNow() };
}

/** Looks at the validation examples at the end of an epoch, with its parameters or with the mean that they are part of. */
function* look(run: TrainingRun): Generator<Request, Looked, boolean> {
  const { plan, log, memory, asNow } = run;
  const mean = plan.selection.averageAfter === undefined ? undefined : log.averageWith(asNow().parameters);
  if (plan.validation === undefined) return { isDone: true, figures: undefined };
  if (mean !== undefined) run.show(mean);
  const isDone = yield { kind: "validation", epoch: log.epoch, batch: log.batch - 1 };
  if (mean !== undefined) run.showOwn();
  return { isDone, figures: isDone ? validationFigures(memory.validation, plan.output) : undefined };
}

interface Looked {
  /** False where it was given up. */
  readonly isDone: boolean;
  readonly figures: ValidationFigures | undefined;
}

function nextStep({ log: { epoch, batch, reductions }, plan }: TrainingRun): StepRequest {
  const { batchSize, examples } = plan;
  const from = batch * batchSize;
  const to = Math.min(from + batchSize, examples.columns.length);
  return { kind: "step", epoch, batch, from, to, reductions };
}

/** Takes a checkpoint if one is due. @throws DivergenceError instead of keeping numbers that are not finite */
function takeCheckpoint(checkpoints: Checkpoints | undefined, { log, asNow }: TrainingRun): void {
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
