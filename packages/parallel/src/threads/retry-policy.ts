/** Decides whether to replace a failed worker, or to continue on main alone because workers fail too often. */
import { KilledError, WorkerError } from "./worker-error.ts";

/** A report of a lost worker. The current step is computed again if it was not finished. */
export interface Retry {
  readonly worker: number;
  /** Why it was lost. */
  readonly reason: string;
  readonly epoch: number;
  /** The current step of the epoch, from 1. */
  readonly step: number;
  /** Whether a new worker takes its place; false if workers failed repeatedly and main continues alone. */
  readonly isReplaced: boolean;
}

/** Where a worker was lost. */
export interface LossPlace {
  readonly epoch: number;
  /** From 1. */
  readonly step: number;
  /** Heartbeats of the worker since it began. */
  readonly beats: number;
}

/** A worker that fails after fewer heartbeats than this, one a tile of columns, had a short life. */
const SHORT_LIFE = 1000;
/** After so many short lives in a row, workers are not replaced any more. */
const MOST_FAILURES = 3;

export class RetryPolicy {
  #failures = 0;

  /** Notes a failure. @returns what to do, and to tell the user */
  note(failure: Error, { epoch, step, beats }: LossPlace): Retry {
    // A kill on request says nothing about the other workers.
    const isAccident = !(failure instanceof KilledError);
    if (isAccident) this.#failures = beats < SHORT_LIFE ? this.#failures + 1 : 1;
    const worker = failure instanceof WorkerError ? failure.worker : 0;
    const reason = failure.message.replace(/^worker \d+ /, "");
    return { worker, reason, epoch, step, isReplaced: !isAccident || this.#failures < MOST_FAILURES };
  }
}
