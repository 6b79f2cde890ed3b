/**
 * The training loop, shared by both trainers. It yields a request for the work to do next, and the trainer resumes it
 * once that work is done. Core's fit does the work at once. Parallel's fit resumes the loop when its threads are done,
 * after any number of retries.
 */
import type { Checkpoints, FitResult, ValidationFigures } from "./options.ts";
import type { TrainingRun } from "./run.ts";
import { validationFigures } from "./validation.ts";

/** A request for one step: the gradient of the batch, then the update unless a loss is not finite. */
export interface StepRequest {
  readonly kind: "step";
  /** From 1. */
  readonly epoch: number;
  /** The index of the step in the epoch, from 0. */
  readonly batch: number;
  /** Places [from, to) of the epoch's order. */
  readonly from: number;
  readonly to: number;
  /** See scheduledRate. */
  readonly reductions: number;
}

/** A request to compute all shards of the validation, after the last step of an epoch. */
export interface ValidationRequest {
  readonly kind: "validation";
  readonly epoch: number;
  /** The index of the last step. */
  readonly batch: number;
}

/** A promise that a callback returned. A trainer that can wait for it does so. */
export interface WaitRequest {
  readonly kind: "wait";
  readonly promise: PromiseLike<unknown>;
}

type Request = StepRequest | ValidationRequest | WaitRequest;

/**
 * Trains to the end, or until the signal is aborted.
 * @yields a step or a validation, to be resumed with true when it is done and false when it was abandoned; or a promise
 *   to wait for
 * @throws DivergenceError when the loss or a parameter stops being finite
 */
export function* trainingLoop(run: TrainingRun): Generator<Request, FitResult, boolean> {
  const { log, memory, options, asNow } = run;
  const { signal, onEpoch, checkpoints } = options;
  while (!log.isOver && !signal?.aborted) {
    // A run may resume at the end of an epoch whose validation has not been done.
    if (!log.isEpochDone) {
      if (!(yield nextStep(run))) break;
      log.note(memory.totals, () => asNow().parameters);
      // A cheap flag that the kernels set. It also covers the padding of a layout, so the parameters are checked once
      // more.
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

/** Validates at the end of an epoch, with the current parameters or with the running mean that includes them. */
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
  /** False where the validation was abandoned. */
  readonly isDone: boolean;
  readonly figures: ValidationFigures | undefined;
}

function nextStep({ log: { epoch, batch, reductions }, plan }: TrainingRun): StepRequest {
  const { batchSize, examples } = plan;
  const from = batch * batchSize;
  const to = Math.min(from + batchSize, examples.columns.length);
  return { kind: "step", epoch, batch, from, to, reductions };
}

/** Takes a checkpoint if one is due. @throws DivergenceError when a number to keep is not finite */
function takeCheckpoint(checkpoints: Checkpoints | undefined, { log, asNow }: TrainingRun): void {
  if (checkpoints === undefined || !checkpoints.areDue(log.epoch, log.batch)) return;
  const network = asNow();
  log.requireFiniteParameters(network.parameters);
  checkpoints.take(log.position, network);
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** Whether all losses of a step are finite. The update is applied only if they are. */
export function lossesAreFinite(losses: Float64Array): boolean {
  for (let s = 0; s < losses.length; s++) if (!Number.isFinite(losses[s])) return false;
  return true;
}
