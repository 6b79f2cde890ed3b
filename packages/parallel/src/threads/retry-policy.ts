/** When to give a step another try, and when it is no accident any more. */
import { WorkerError } from "./worker-error.ts";

/** A worker that was lost and replaced; if it had a task, that step was computed again. */
export interface Retry {
  readonly worker: number;
  /** What became of it. */
  readonly reason: string;
  readonly epoch: number;
  /** The step under way, of the epoch, from 1. */
  readonly step: number;
}

/** Where a worker was lost. */
export interface LossPlace {
  readonly epoch: number;
  /** From 1. */
  readonly step: number;
  /** Where the worker stood, in words. */
  readonly shards: string;
  /** Whether it has done anything since workers began, or began again. */
  readonly hasWorked: boolean;
}

/** Failures in a row at one step, or before a worker has done anything, after which it is no accident. */
const MOST_TRIES = 3;

export class RetryPolicy {
  #step = "";
  #failures = 0;

  /**
   * Notes a failure.
   * @returns what to tell the user
   * @throws WorkerError when it has failed too often
   */
  note(failure: Error, { epoch, step, shards, hasWorked }: LossPlace): Retry {
    const place = `${epoch} ${step}`;
    const goesOn = place === this.#step || !hasWorked;
    this.#failures = goesOn ? this.#failures + 1 : 1;
    this.#step = place;
    const worker = failure instanceof WorkerError ? failure.worker : 0;
    const reason = failure.message.replace(/^worker \d+ /, "");
    if (this.#failures < MOST_TRIES) return { worker, reason, epoch, step };
    throw new WorkerError(
      worker,
      `${reason}: ${MOST_TRIES} times in a row at ${shards} of step ${step} in epoch ${epoch}`,
      { cause: failure.cause ?? failure },
    );
  }
}
