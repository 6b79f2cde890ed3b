/**
 * Computes a step that is cut by units (core's units/), stage after stage. Its items are taken like tasks, by work
 * stealing. The thread that computes the last item of a stage opens the next one.
 */
import {
  type Batch,
  lossesAreFinite,
  totalUnits,
  type UnitBench,
  type UnitItem,
  type UnitPlan,
  type UnitStep,
} from "@scratch-nn/core/engine";
import { openStage, placeOf, type StepPlace, stageOf, taskDone } from "./control.ts";
import type { SharedMemory } from "./memory.ts";

/** What a thread needs to compute items. */
export interface UnitWork {
  readonly bench: UnitBench;
  readonly compute: (item: UnitItem, step: UnitStep) => void;
  /** The batch and the update of a step. */
  readonly stepOf: (place: StepPlace) => UnitStep;
}

/**
 * Computes an item that this thread has taken, and opens the next stage if it was the stage's last item.
 * @param runOf how many of a stage's items the run of a thread has
 */
export function computeTaken(
  memory: SharedMemory,
  work: UnitWork,
  { place, taken }: { readonly place: StepPlace; readonly taken: number },
  runOf: (items: number, thread: number) => number,
): void {
  const { control, plans } = memory;
  const plan = plans[place.atWork].units!;
  const stage = stageOf(control);
  const items = plan.stages[stage];
  const step = work.stepOf(place);
  work.compute(items[taken], step);
  if (!taskDone(control, items.length)) return;
  const next = stageAfter(stage, plan, memory, work, step.batch);
  openStage(control, next, (thread) => runOf(plan.stages[next]?.length ?? 0, thread));
}

/** The next stage; the number of stages if the step is done. */
function stageAfter(stage: number, plan: UnitPlan, { totals }: SharedMemory, work: UnitWork, batch: Batch): number {
  if (stage !== plan.output) return stage + 1;
  totalUnits(batch, totals, work.bench);
  return lossesAreFinite(totals.losses) ? stage + 1 : plan.stages.length;
}

/**
 * Whether the current step has a stage with items after `stage`. If the step changes meanwhile, the answer may be that
 * of another step; to take an item of it is safe.
 */
export function hasStageAfter({ control, plans }: SharedMemory, stage: number): boolean {
  const { atWork, isValidation } = placeOf(control);
  return !isValidation && stage + 1 < (plans[atWork].units?.stages.length ?? 0);
}

/** Whether the step can only be finished, not repeated: a stage that updates parameters is open. */
export function isPastOutput(control: Int32Array, { output }: UnitPlan): boolean {
  return stageOf(control) > output;
}

/** Finishes the stages of a step that has begun to update parameters. No other thread may be at work. */
export function finishStages({ control }: SharedMemory, plan: UnitPlan, work: UnitWork): void {
  const step = work.stepOf(placeOf(control));
  for (const items of plan.stages.slice(stageOf(control))) {
    for (const item of items) work.compute(item, step);
  }
}
