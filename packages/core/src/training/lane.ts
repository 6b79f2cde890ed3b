/** What a thread is at, from moment to moment, for those who want to see where the time goes. */
import type { Kernels } from "../kernels/kernels.ts";

/**
 * - task: partial gradients of shards
 * - load: the next step's first examples, while others update
 * - update: partial sums added along the tree, and the parameters updated with their sum
 * - wait: for other threads
 * - validation: shards of the examples to validate on
 * - report: all else that the main thread does: books, checkpoints, callbacks, the event loop
 */
export const ACTIVITIES = ["task", "load", "update", "wait", "validation", "report"] as const;
export type Activity = (typeof ACTIVITIES)[number];

/** One thread's record; it is at one thing at a time, so that its spans leave no gaps. */
export interface Lane {
  /**
   * What the thread was at is over, and it is at this now.
   * @param step the step under way, from 1, counted from the very beginning
   * @param first shards of a task or a validation, slices of an update: [first, end)
   */
  begin(activity: Activity, step: number, first?: number, end?: number): void;
  /** The same kernels, noting how long the sums of an update take. */
  timed(kernels: Kernels): Kernels;
}
