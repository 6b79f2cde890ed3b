/**
 * The all-reduce of a step, as one worker sees it.
 *
 *   reduce   each worker folds its slice of the S partials along the tree over shards
 *   update   main applies the gradient, which lies in partial 0 (fit.ts)
 *   gather   nothing to do: the weights are in shared memory, everybody sees the new ones at once
 *
 * An element is folded along the same tree wherever the slices end, so the number of workers
 * changes no bit.
 */
import { foldPartials, type Kernels, type ParameterViews, runStart } from "@scratch-nn/core";

/** Slices end on cache lines (16 f32), so that no two workers write to one. */
const SLICE_UNIT = 16;

/** Folds worker `worker`'s slice of the partials; the sums end in partials[0]. */
export function reduceSlice(
  partials: readonly ParameterViews[],
  worker: number,
  workers: number,
  kernels: Kernels,
): void {
  const length = partials[0].parameters.length;
  const units = Math.ceil(length / SLICE_UNIT);
  const begin = runStart(units, workers, worker) * SLICE_UNIT;
  const end = Math.min(length, runStart(units, workers, worker + 1) * SLICE_UNIT);
  foldPartials(partials, kernels, begin, end);
}
