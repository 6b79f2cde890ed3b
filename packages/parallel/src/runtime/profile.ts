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

/** How much of a run is measured: all its steps, or some now and then, which costs a run of small steps far less. */
export const PROFILINGS = ["whole", "sampled"] as const;
export type Profiling = (typeof PROFILINGS)[number];

/** A sample is of the steps that begin within so long, at least one. */
const SAMPLE_MILLISECONDS = 2;
/** From the beginning of one to that of the next. */
const PERIOD_MILLISECONDS = 200;

/** Measures one thread, or does nothing. */
export class Stopwatch {
  readonly #times: Float64Array | undefined;
  readonly #isSampled: boolean;
  readonly #gate = { isOpen: true };
  /** Of what is being measured. */
  #start = performance.now();

  /** @param times undefined: not asked for */
  constructor(times: Float64Array | undefined, profiling: Profiling = "whole") {
    this.#times = times;
    this.#isSampled = profiling === "sampled";
  }

  /** The same kernels, noting their time. */
  timed(kernels: Kernels): Kernels {
    return this.#times === undefined ? kernels : timedKernels(kernels, this.#times, this.#gate);
  }

  /** Runs a wait. */
  wait<Result>(run: () => Result): Result {
    if (this.#times === undefined || !this.#gate.isOpen) return run();
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

  /** Called between two steps: begins or ends a sample where it is time for it. */
  turn(): void {
    if (this.#times === undefined || !this.#isSampled) return;
    const now = performance.now();
    const passed = now - this.#start;
    if (this.#gate.isOpen && passed >= SAMPLE_MILLISECONDS) this.endSample();
    else if (!this.#gate.isOpen && passed >= PERIOD_MILLISECONDS) {
      this.#start = now;
      this.#gate.isOpen = true;
    }
  }

  /** Before a thread is put to rest, for who knows how long. */
  endSample(): void {
    if (this.#times === undefined || !this.#isSampled || !this.#gate.isOpen) return;
    this.#times[TOTAL] += performance.now() - this.#start;
    this.#gate.isOpen = false;
  }

  stop(): void {
    if (this.#times !== undefined && this.#gate.isOpen) this.#times[TOTAL] += performance.now() - this.#start;
  }
}

export function profileOf(times: Float64Array): ThreadProfile {
  const [convert, forward, backward, reduce, update] = times;
  const known = convert + forward + backward + reduce + update + times[WAIT];
  return { convert, forward, backward, reduce, update, wait: times[WAIT], other: times[TOTAL] - known };
}
