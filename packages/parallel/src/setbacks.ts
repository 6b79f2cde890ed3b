/** When to give a step another try, and when it is no accident any more. */
import { WorkerError } from "./worker-error.ts";

/** What was lost, and made good. */
export interface Setback {
  readonly worker: number;
  /** What became of it. */
  readonly reason: string;
  readonly epoch: number;
  /** The step that was computed again; of the epoch, from 1. */
  readonly step: number;
}

/** Failures in a row at one step after which it is the step that is to blame. */
const MOST_TRIES = 3;

export class Setbacks {
  #step = "";
  #failures = 0;

  /**
   * Notes a failure.
   * @param shards where the worker stood, in words
   * @returns what to tell the user
   * @throws WorkerError when the step has failed too often
   */
  note(failure: Error, epoch: number, step: number, shards: string): Setback {
    const place = `${epoch} ${step}`;
    this.#failures = place === this.#step ? this.#failures + 1 : 1;
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
