/** How many threads compute a step, and whether it is cut by units: as parallel's `fit` decides. */
import type { Network } from "@scratch-nn/core";
import {
  fewestUnitThreads,
  type KernelLayout,
  mostThreads,
  type RankShape,
  shapeOf,
  type TrainingPlan,
  type TrainingShape,
} from "@scratch-nn/core/engine";
import { activeWorkers } from "@scratch-nn/parallel";
import type { TrainOptions } from "./train-options.ts";

type ThreadFlags = Pick<TrainOptions, "workers"> & {
  /** Default: the machine's cores. */
  readonly cores?: number;
};

type StepShape = Omit<TrainingShape, "threads">;

export interface ActiveThreads {
  /** The largest number of threads at work at the same time; 0 for the main thread only. */
  readonly count: number;
  /** The largest number of threads that have work in a step. */
  readonly most: number;
  /** The fewest threads that cut a step by units; infinity if none do. */
  readonly fewestByUnits: number;
}

/** @param ranks the processes that train together; default: this one alone */
export function activeThreads(
  flags: ThreadFlags & Pick<TrainOptions, "update">,
  network: Network,
  plan: TrainingPlan,
  ranks?: { readonly rank: number; readonly size: number },
): ActiveThreads {
  const shape: RankShape | undefined = ranks && ranks.size > 1 ? { rank: ranks.rank, ranks: ranks.size } : undefined;
  const team = { threads: 1, update: flags.update, ...(shape && { ranks: shape }) };
  return activeThreadsOf(flags, shapeOf(network, plan, team), plan.kernels.layout);
}

export function activeThreadsOf(
  { workers, cores }: ThreadFlags,
  shape: StepShape,
  layout: KernelLayout,
): ActiveThreads {
  const most = mostThreads(shape, layout);
  const count = workers === 0 ? 0 : activeWorkers({ workers, ...(cores !== undefined && { cores }) }, most);
  return { count, most, fewestByUnits: fewestUnitThreads(shape, layout) };
}
