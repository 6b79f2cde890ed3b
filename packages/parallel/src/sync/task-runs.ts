/** How a step or a validation is divided: its batch, its tasks, and the run of tasks that each thread owns. */
import { type Batch, orderOf, type RankShape, runStart, validationShards } from "@scratch-nn/core/engine";
import type { StepPlace } from "./control.ts";
import type { SharedMemory } from "./memory.ts";

/**
 * How many tasks a step or a validation has, and into how many runs they are split.
 * @param stage of a step that is cut by units, whose tasks are the items of one stage
 */
export function taskRuns(
  { plans, validation, gathered }: Pick<SharedMemory, "plans" | "validation" | "gathered">,
  { atWork, isValidation }: Pick<StepPlace, "atWork" | "isValidation">,
  stage = 0,
): { readonly tasks: number; readonly runs: number } {
  const { tasks, threads, units } = plans[atWork];
  if (!isValidation) return { tasks: units === undefined ? tasks.length : units.stages[stage].length, runs: threads };
  const { first, end } = validationRun(validationShards(validation), gathered?.shape);
  return { tasks: end - first, runs: threads };
}

/** The shards [first, end) of a validation that this rank evaluates; all of them in a run of one rank. */
export function validationRun(
  shards: number,
  shape: RankShape | undefined,
): { readonly first: number; readonly end: number } {
  if (shape === undefined) return { first: 0, end: shards };
  const { rank, ranks } = shape;
  return { first: runStart(shards, ranks, rank), end: runStart(shards, ranks, rank + 1) };
}

/** How many tasks the run of a thread has. */
export function tasksOfRun({ tasks, runs }: ReturnType<typeof taskRuns>, thread: number): number {
  return runStart(tasks, runs, thread + 1) - runStart(tasks, runs, thread);
}

/** The batch of a step, cut into `shards` shards. */
export function batchOf(memory: SharedMemory, shards: number, place: StepPlace): Batch {
  const { epoch, from, to } = place;
  return { order: orderOf(memory, epoch), from, to, shards };
}
