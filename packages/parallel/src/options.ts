/** The options of parallel's fit besides core's. */
import type { FitOptions } from "@scratch-nn/core";
import {
  FIT_OPTIONS,
  type OptionNames,
  requireChoice,
  requireInteger,
  UPDATE_MODES,
  type UpdateMode,
} from "@scratch-nn/core/engine";
import type { Communicator } from "./ranks/communicator.ts";
import { PROFILINGS, type Profiling, type ThreadProfile } from "./runtime/profile.ts";
import type { SpanOptions } from "./runtime/spans.ts";
import { SHORTAGE_OPTIONS, type ShortageOptions, THREAD_OPTIONS, type ThreadOptions } from "./threads/options.ts";
import type { Retry } from "./threads/retry-policy.ts";

/** Controls of a training from outside. They change no bit. */
export interface FitControls {
  /**
   * Terminates a worker at once. As after a crash, a new worker takes its place and the step is computed again. For
   * demonstrations and tests of the recovery.
   * @param worker from 1; 0 is the calling thread, which cannot be terminated
   * @returns false if there is no such worker
   */
  kill(worker: number): boolean;
}

export interface ParallelFitOptions extends FitOptions, ThreadOptions, ShortageOptions, SpanOptions {
  /**
   * How many of the threads compute at a time, from 1: a number, or a function of the number of updates so far.
   * Default: chosen by repeated timing. It changes no bit.
   */
  readonly threadsAtWork?: number | ((step: number) => number);
  /**
   * Who sums the partial gradients and updates the weights: `main` alone, as in the notes; `slices`, each thread a
   * slice of them; `units`, where a step can be cut so: each thread computes the gradient of some units of each layer
   * over all columns and updates their weights, so there are no partial gradients. Default `auto`: whichever is likely
   * to be faster, main where it is a tie. It changes no bit.
   */
  readonly update?: UpdateMode;
  /**
   * Exchanges gradient sums between the processes of a run. Each process calls `fit` with the same network, examples
   * and options, and computes a part of every batch. All end with the same weights. It changes no bit. Any process may
   * abort its `signal`: all end after the same step.
   */
  readonly communicator?: Communicator;
  /** Called with the number of threads at work when another number proves faster. */
  readonly onThreads?: (threads: number) => void;
  /** Called at the end with the time that each thread spent on each phase, main first. Measuring costs a little. */
  readonly onProfile?: (threads: readonly ThreadProfile[]) => void;
  /** What `onProfile` measures: the `whole` run, or `sampled` steps every 200 ms. Default `whole`. */
  readonly profiling?: Profiling;
  /** Called once, before the training begins, with its controls. */
  readonly controls?: (controls: FitControls) => void;
  /** Called when a worker was lost and replaced, or when main continues alone. */
  readonly onRetry?: (retry: Retry) => void;
  /**
   * Milliseconds without a heartbeat after which a busy worker counts as lost, from 1; longer if pieces of work take
   * long. Default 20,000.
   */
  readonly patience?: number;
}

export const PARALLEL_FIT_OPTIONS: OptionNames<ParallelFitOptions> = {
  ...FIT_OPTIONS,
  ...THREAD_OPTIONS,
  ...SHORTAGE_OPTIONS,
  threadsAtWork: "checked",
  update: "checked",
  communicator: "object",
  onThreads: "function",
  onProfile: "function",
  profiling: "checked",
  onSpans: "function",
  controls: "function",
  onRetry: "function",
  patience: "checked",
};

const PATIENCE = 20_000;
const MOST = 2 ** 31 - 1;

/** Fills in the defaults. @throws InputError when an option is out of range */
export function withDefaults(options: Pick<ParallelFitOptions, "threadsAtWork" | "update" | "profiling" | "patience">) {
  const { threadsAtWork, update = "auto", profiling = "whole", patience = PATIENCE } = options;
  if (typeof threadsAtWork !== "function" && threadsAtWork !== undefined) {
    requireInteger("threadsAtWork", threadsAtWork, 1, MOST);
  }
  requireChoice("update", update, UPDATE_MODES);
  requireChoice("profiling", profiling, PROFILINGS);
  requireInteger("patience", patience, 1, MOST);
  return { threadsAtWork, update, profiling, patience };
}
