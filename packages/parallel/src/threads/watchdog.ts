/** Finds workers that are alive and do not get further: an endless loop, a thread that stands still. */
import { WorkerError } from "./worker-error.ts";

/** A wait of main's counts as no longer than this, whatever the clock says: the whole process may have slept. */
const LONGEST_SLICE = 100;

export class Watchdog {
  readonly #beatOf: (worker: number) => number;
  readonly #patience: number;
  #idle: { beat: number; milliseconds: number }[] = [];

  /**
   * @param beatOf what changes whenever a worker has got further
   * @param patience milliseconds that main waits for a worker at work without a sign of life
   */
  constructor(beatOf: (worker: number) => number, patience: number) {
    this.#beatOf = beatOf;
    this.#patience = patience;
  }

  /** Forgets what was: the workers begin anew. */
  reset(): void {
    this.#idle = [];
  }

  /**
   * Main has waited for that worker for so long.
   * @returns the failure, once it was too long
   */
  waited(worker: number, milliseconds: number): WorkerError | undefined {
    const beat = this.#beatOf(worker);
    const before = this.#idle[worker];
    const goesOn = before !== undefined && before.beat === beat;
    const idle = (goesOn ? before.milliseconds : 0) + Math.min(milliseconds, LONGEST_SLICE);
    this.#idle[worker] = { beat, milliseconds: idle };
    if (idle < this.#patience) return undefined;
    return new WorkerError(worker, `gave no sign of life for ${this.#patience / 1000} s`);
  }
}
