/**
 * Plans how a step is cut into tasks, and then into slices, for a number of threads. The plan does not change any bit
 * of the result.
 */
import type { KernelLayout } from "../kernels/kernels.ts";
import { packedLength } from "../passes/packed.ts";
import { planSlices, type Slice } from "./slices.ts";
import { type BatchShape, planTasks, type Task } from "./tasks.ts";

export const UPDATE_MODES = ["auto", "main", "slices", "units"] as const;
/**
 * Who reduces and updates: `main`, the main thread alone; `slices`, each thread one slice; `units`, each thread the
 * units whose gradient it has computed (see units/), where a step can be cut so, else as in `auto`; `auto`, whichever is
 * likely to be faster.
 */
export type UpdateMode = (typeof UPDATE_MODES)[number];

export interface StepPlan {
  /** The number of threads that have work. */
  readonly threads: number;
  readonly tasks: readonly Task[];
  /** With one slice, the main thread updates alone. */
  readonly slices: readonly Slice[];
}

/** The properties that determine the plan. */
export interface StepShape extends BatchShape {
  /** The optimiser's numbers of state per parameter; default none. */
  readonly slots?: number;
}

/** @param most the maximum number of threads; the plan uses fewer where more would not be faster */
export function planStep(shape: StepShape, most: number, update: UpdateMode, layout: KernelLayout): StepPlan {
  const tasks = planTasks(shape, most, layout);
  const threads = Math.min(most, tasks.length);
  const inSlices =
    threads > 1 &&
    (update === "auto" || update === "units" ? slicesPay(shape, threads, tasks.length, layout) : update === "slices");
  return { threads, tasks, slices: planSlices(shape.layers, layout, inSlices ? threads : 1) };
}

/** Nanoseconds of one thread for one number of a partial sum, and for one multiplication: rough estimates. */
const PER_NUMBER = 0.5;
const PER_MULTIPLICATION = 0.03;
/** The cost of one number of optimiser state, in numbers of a partial sum. */
const PER_SLOT = 0.75;
/** Multiplications per parameter and example: forward, dW, and backpropagation. */
const MULTIPLICATIONS = 3;
/** Nanoseconds of a barrier: a constant part and a part per thread. */
const RENDEZVOUS = 2000;
const RENDEZVOUS_PER_THREAD = 300;
/** The minimum fraction of a step that slices must save. */
const WORTH = 0.02;

/** Estimates the time of a step on one thread, in nanoseconds. It takes less where many features are zero. */
export function estimateStep({ layers, batchSize }: BatchShape, layout: KernelLayout): number {
  return batchSize * packedLength(layers, layout) * MULTIPLICATIONS * PER_MULTIPLICATION;
}

/** Whether the update by main alone, while the other threads wait, costs enough to justify a second barrier. */
function slicesPay(shape: StepShape, threads: number, tasks: number, layout: KernelLayout): boolean {
  const numbers = packedLength(shape.layers, layout);
  const alone = numbers * (tasks + 3 + PER_SLOT * (shape.slots ?? 0)) * PER_NUMBER;
  const saved = alone * (1 - 1 / threads);
  const step = estimateStep(shape, layout) / threads;
  return saved > RENDEZVOUS + RENDEZVOUS_PER_THREAD * threads && saved > WORTH * step;
}
