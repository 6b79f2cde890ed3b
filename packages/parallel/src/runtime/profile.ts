/** Where the time of a run goes, thread by thread. */
import { type Kernels, PHASES, timedKernels } from "@scratch-nn/core/engine";

/** Milliseconds that one thread spent. */
export interface ThreadProfile {
  /** Features to f32. */
  readonly convert: number;
  readonly forward: number;
  readonly backward: number;
  /** Adding partial sums: its own, and its slice of the all-reduce. */
  readonly reduce: number;
  /** W := W - alpha dW, and what follows from it: main alone, or its slice. */
  readonly update: number;
  /** For other threads. */
  readonly wait: number;
  /** All else: orders, labels, figures, the event loop. */
  readonly other: number;
}

const WAIT = PHASES.length;
const TOTAL = WAIT + 1;
/** Numbers that a thread keeps. */
export const TIMES = TOTAL + 1;

/** Measures one thread, or does nothing. */
export class Stopwatch {
  readonly #times: Float64Array | undefined;
  #start = performance.now();

  /** @param times undefined: not asked for */
  constructor(times: Float64Array | undefined) {
    this.#times = times;
  }

  /** The same kernels, noting their time. */
  timed(kernels: Kernels): Kernels {
    return this.#times === undefined ? kernels : timedKernels(kernels, this.#times);
  }

  /** Runs a wait. */
  wait<Result>(run: () => Result): Result {
    if (this.#times === undefined) return run();
    const start = performance.now();
    const result = run();
    this.#times[WAIT] += performance.now() - start;
    return result;
  }

  /** Forgets the first step, in which threads wait for others to come up. */
  startAgain(): void {
    this.#times?.fill(0);
    this.#start = performance.now();
  }

  stop(): void {
    if (this.#times !== undefined) this.#times[TOTAL] = performance.now() - this.#start;
  }
}

export function profileOf(times: Float64Array): ThreadProfile {
  const [convert, forward, backward, reduce, update] = times;
  const known = convert + forward + backward + reduce + update + times[WAIT];
  return { convert, forward, backward, reduce, update, wait: times[WAIT], other: times[TOTAL] - known };
}
