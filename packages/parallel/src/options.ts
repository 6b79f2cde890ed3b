/** What a caller of parallel's fit may ask for besides core's options. */
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

/** What can be done to a training from outside. It changes no bit. */
export interface FitControls {
  /**
   * Ends a worker in the middle of whatever it does: the step is computed again and another worker takes its place, as
   * after an accident. For those who want to see it.
   * @param worker from 1; the calling thread is 0, and cannot be ended
   * @returns false where no worker of that number is there
   */
  kill(worker: number): boolean;
}

export interface ParallelFitOptions extends FitOptions, ThreadOptions, ShortageOptions, SpanOptions {
  /**
   * Of the workers, how many compute at a time, from 1: a number, or a function of the updates applied so far. Default: found
   * out, again and again, by timing. It changes no bit.
   */
  readonly threadsAtWork?: number | ((step: number) => number);
  /**
   * Who sums the threads' gradients and updates the weights: `main` alone, as in the notes, or each thread a slice of them.
   * Default `auto`: main, where it is as fast. It changes no bit.
   */
  readonly update?: UpdateMode;
  /**
   * Of a run over several processes, each of which calls `fit` with the same network, examples and options: what carries the
   * sums between them. Each computes a part of every batch, and all end with the same weights. It changes no bit. `signal`
   * may be aborted in any of them: all end after the same step.
   */
  readonly communicator?: Communicator;
  /** Called when another number of threads was found to be faster. */
  readonly onThreads?: (threads: number) => void;
  /** Called in the end with where the time of each thread went, main's first; measuring costs a little. */
  readonly onProfile?: (threads: readonly ThreadProfile[]) => void;
  /** What is measured for `onProfile`: the whole run, or `sampled`, some steps of it every 200 ms. Default `whole`. */
  readonly profiling?: Profiling;
  /** Called once, before the training begins, with what can be done to it from outside. */
  readonly controls?: (controls: FitControls) => void;
  /** Called when a worker was lost and replaced. */
  readonly onRetry?: (retry: Retry) => void;
  /**
   * Milliseconds without a sign of life after which a worker at work is taken for lost, from 1; more where the calling
   * thread's own pieces of work take long. Default 20,000.
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

/** Those that have a default. @throws InputError when one is out of range */
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
