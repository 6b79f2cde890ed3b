/** When to replace a worker that failed, and when threads fail so often that main is better off without. */
import { KilledError, WorkerError } from "./worker-error.ts";

/** A worker that was lost. If it had a task, that step is computed again. */
export interface Retry {
  readonly worker: number;
  /** What became of it. */
  readonly reason: string;
  readonly epoch: number;
  /** The step under way, of the epoch, from 1. */
  readonly step: number;
  /** Whether another worker takes its place; false: workers have failed again and again, and main goes on alone. */
  readonly isReplaced: boolean;
}

/** Where a worker was lost. */
export interface LossPlace {
  readonly epoch: number;
  /** From 1. */
  readonly step: number;
  /** Signs of life that the worker has given since it began. */
  readonly beats: number;
}

/** A worker that gave fewer signs of life than this, one a tile of columns, has hardly begun when it fails. */
const SHORT_LIFE = 1000;
/** So many short lives one after another are no accident. */
const MOST_FAILURES = 3;

export class RetryPolicy {
  #failures = 0;

  /** Notes a failure. @returns what to do, and to tell the user */
  note(failure: Error, { epoch, step, beats }: LossPlace): Retry {
    // One that was killed on request says nothing of the others.
    const isAccident = !(failure instanceof KilledError);
    if (isAccident) this.#failures = beats < SHORT_LIFE ? this.#failures + 1 : 1;
    const worker = failure instanceof WorkerError ? failure.worker : 0;
    const reason = failure.message.replace(/^worker \d+ /, "");
    return { worker, reason, epoch, step, isReplaced: !isAccident || this.#failures < MOST_FAILURES };
  }
}
