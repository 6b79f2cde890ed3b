/** A record of each thread's activity over time, for profiling. */
import type { Kernels } from "../kernels/kernels.ts";

/**
 * - task: computes partial gradients of shards; in a step that is cut by units, items of its stages
 * - load: loads the next step's first examples, while other threads update
 * - update: adds partial sums along the tree and updates the parameters with their sum
 * - wait: waits for other threads
 * - validation: computes shards of the validation
 * - report: everything else on the main thread: bookkeeping, checkpoints, callbacks, the event loop
 */
export const ACTIVITIES = ["task", "load", "update", "wait", "validation", "report"] as const;
export type Activity = (typeof ACTIVITIES)[number];

/** The record of one thread. A thread has one activity at a time, so its spans leave no gaps. */
export interface Lane {
  /**
   * Ends the current activity and begins this one.
   * @param step the current step, from 1, counted over the whole training
   * @param first shards of a task or a validation, slices of an update: [first, end)
   */
  begin(activity: Activity, step: number, first?: number, end?: number): void;
  /** Wraps the kernels so that they record the duration of the sums of an update. */
  timed(kernels: Kernels): Kernels;
}
