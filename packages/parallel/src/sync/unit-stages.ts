/**
 * Computes a step that is cut by units (core's units/), stage after stage. Its items are taken like tasks, by work
 * stealing. The thread that computes the last item of a stage opens the next one.
 */
import {
  type Batch,
  type KernelLayout,
  lossesAreFinite,
  PanelViews,
  stepNumber,
  totalUnits,
  type UnitBench,
  type UnitItem,
  type UnitPlan,
  type UnitStep,
  type UpdatePlan,
  unitComputer,
  updateRule,
  type Workbench,
} from "@scratch-nn/core/engine";
import { openStage, placeOf, type StepPlace, stageOf, taskDone } from "./control.ts";
import type { SharedMemory } from "./memory.ts";
import { batchOf, tasksOfRun } from "./task-runs.ts";

/** What a thread needs to compute items. */
export interface UnitWork {
  readonly bench: UnitBench;
  readonly compute: (item: UnitItem, step: UnitStep) => void;
  /** The batch and the update of a step. */
  readonly stepOf: (place: StepPlace) => UnitStep;
}

/** What the thread needs for steps that are cut by units. @returns undefined if there are none */
export function unitWorkOf(
  thread: number,
  parts: {
    readonly memory: SharedMemory;
    readonly bench: Workbench;
    readonly shards: number;
    readonly updates: UpdatePlan;
  },
  layout: KernelLayout,
): UnitWork | undefined {
  const { memory, bench, shards, updates } = parts;
  const { units, network } = memory;
  if (units === undefined) return undefined;
  const { data, kernels } = bench;
  const slots = memory.slots.map(({ parameters }) => parameters);
  const views = new PanelViews(network, layout);
  let last: { readonly number: number; readonly step: UnitStep } | undefined;
  const ownBench = { thread, network, data, kernels, memory: units, views, slots };
  return {
    bench: ownBench,
    compute: unitComputer(ownBench),
    stepOf(place) {
      const number = stepNumber(updates, place);
      if (last?.number !== number) {
        last = { number, step: { batch: batchOf(memory, shards, place), rule: updateRule(updates, place) } };
      }
      return last.step;
    },
  };
}

/**
 * Computes an item that this thread has taken, and opens the next stage if it was the stage's last item.
 * @param taken the item's number in its stage
 */
export function computeTaken(memory: SharedMemory, work: UnitWork, place: StepPlace, taken: number): void {
  const { control, plans } = memory;
  const plan = plans[place.atWork].units!;
  const stage = stageOf(control);
  const items = plan.stages[stage];
  const step = work.stepOf(place);
  work.compute(items[taken], step);
  if (!taskDone(control, items.length)) return;
  const next = stageAfter(stage, plan, memory, work, step.batch);
  const runs = { tasks: plan.stages[next]?.length ?? 0, runs: place.atWork };
  openStage(control, next, (thread) => tasksOfRun(runs, thread));
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
