/** How a step is cut for some number of threads: into tasks, then into slices. It changes no bit. */
import type { KernelLayout } from "../kernels/kernels.ts";
import { packedLength } from "../passes/packed.ts";
import { planSlices, type Slice } from "./slices.ts";
import { type BatchShape, planTasks, type Task } from "./tasks.ts";

export const UPDATE_MODES = ["auto", "main", "slices"] as const;
/** Who sums and updates: the main thread alone, each thread a slice, or what is likely to be faster. */
export type UpdateMode = (typeof UPDATE_MODES)[number];

export interface StepPlan {
  /** Threads that have something to do. */
  readonly threads: number;
  readonly tasks: readonly Task[];
  /** One: the main thread updates alone. */
  readonly slices: readonly Slice[];
}

/** What the plan follows from. */
export interface StepShape extends BatchShape {
  /** Numbers that the optimiser keeps for each parameter; default none. */
  readonly slots?: number;
}

/** @param most threads that may be at work; fewer are, where more would not be done earlier */
export function planStep(shape: StepShape, most: number, update: UpdateMode, layout: KernelLayout): StepPlan {
  const tasks = planTasks(shape, most, layout);
  const threads = Math.min(most, tasks.length);
  const inSlices =
    threads > 1 && (update === "auto" ? slicesPay(shape, threads, tasks.length, layout) : update === "slices");
  return { threads, tasks, slices: planSlices(shape.layers, layout, inSlices ? threads : 1) };
}

/** Nanoseconds that one thread takes for a number of a partial sum, and for a multiplication: roughly. */
const PER_NUMBER = 0.5;
const PER_MULTIPLICATION = 0.03;
/** What a number that the optimiser keeps costs, in numbers of a partial sum. */
const PER_SLOT = 0.75;
/** For each parameter and example: forward, dW, and what the error takes on its way back. */
const MULTIPLICATIONS = 3;
/** What it takes until all threads know that all have arrived. */
const RENDEZVOUS = 2000;
const RENDEZVOUS_PER_THREAD = 300;
/** What slices must save of a step. */
const WORTH = 0.02;

/** What a step takes on one thread, in nanoseconds: less where many features are zero. */
export function estimateStep({ layers, batchSize }: BatchShape, layout: KernelLayout): number {
  return batchSize * packedLength(layers, layout) * MULTIPLICATIONS * PER_MULTIPLICATION;
}

/** Whether the update by main alone, for which the others wait, takes so long that a second rendezvous is worth it. */
function slicesPay(shape: StepShape, threads: number, tasks: number, layout: KernelLayout): boolean {
  const numbers = packedLength(shape.layers, layout);
  const alone = numbers * (tasks + 3 + PER_SLOT * (shape.slots ?? 0)) * PER_NUMBER;
  const saved = alone * (1 - 1 / threads);
  const step = estimateStep(shape, layout) / threads;
  return saved > RENDEZVOUS + RENDEZVOUS_PER_THREAD * threads && saved > WORTH * step;
}
