/** Measures how long each thread of a run spends on each phase. */
import { type Kernels, PHASES, timedKernels } from "@scratch-nn/core/engine";

/** Milliseconds that one thread spent. */
export interface ThreadProfile {
  /** Conversion of features to f32. */
  readonly convert: number;
  readonly forward: number;
  readonly backward: number;
  /** Adding partial sums: the thread's own, and its slice of the all-reduce. */
  readonly reduce: number;
  /** W := W - alpha dW, and what follows from it: on main alone, or of the thread's slice. */
  readonly update: number;
  /** Waiting for other threads. */
  readonly wait: number;
  /** Everything else: orders, labels, figures, the event loop. */
  readonly other: number;
}

const WAIT = PHASES.length;
const TOTAL = WAIT + 1;
/** How many times a thread records. */
export const TIMES = TOTAL + 1;

/** How much of a run is measured: the whole run, or sampled steps, which costs far less where steps are small. */
export const PROFILINGS = ["whole", "sampled"] as const;
export type Profiling = (typeof PROFILINGS)[number];

/** A sample holds the steps that begin within this time, at least one. */
const SAMPLE_MILLISECONDS = 2;
/** The time after a sample's start until the next sample begins. */
const PERIOD_MILLISECONDS = 200;

/** Measures one thread, if times are wanted. */
export class Stopwatch {
  readonly #times: Float64Array | undefined;
  readonly #isSampled: boolean;
  readonly #gate = { isOpen: true };
  /** When the current measurement or sampling period began. */
  #start = performance.now();

  /** @param times where to record; undefined to measure nothing */
  constructor(times: Float64Array | undefined, profiling: Profiling = "whole") {
    this.#times = times;
    this.#isSampled = profiling === "sampled";
  }

  /** Wraps kernels so that they record their times. */
  timed(kernels: Kernels): Kernels {
    return this.#times === undefined ? kernels : timedKernels(kernels, this.#times, this.#gate);
  }

  /** Runs a wait and records its time. */
  wait<Result>(run: () => Result): Result {
    if (this.#times === undefined || !this.#gate.isOpen) return run();
    const start = performance.now();
    const result = run();
    this.#times[WAIT] += performance.now() - start;
    return result;
  }

  /** Discards the first step, in which threads wait for other threads to start. */
  startAgain(): void {
    this.#times?.fill(0);
    this.#start = performance.now();
  }

  /** Begins or ends a sample if it is due. Called between two steps. */
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

  /** Ends a sample early. Called before a thread parks, which may take arbitrarily long. */
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
