/**
 * Computes a thread's share of a step by work stealing. Every thread owns a run of consecutive tasks; a thread that has
 * finished its own run takes tasks from others. Cores of unequal speed, or with other load, therefore do not wait for
 * each other. The results of a task do not depend on the thread that computes it.
 */
import {
  batchSums,
  clipDivisor,
  firstOf,
  firstTile,
  type Lane,
  loadTile,
  lossesAreFinite,
  masksOf,
  runStart,
  stepNumber,
  taskGradient,
  type UpdatePlan,
  updateRule,
  updateSlice,
  type ValidationBench,
  validateShard,
  validationShards,
  type Workbench,
} from "@scratch-nn/core/engine";
import {
  openSlices,
  placeOf,
  reportColumns,
  type StepPlace,
  setBusy,
  sliceDone,
  stageOf,
  takeSlice,
  takeTask,
  taskDone,
} from "./control.ts";
import type { SharedMemory } from "./memory.ts";
import { batchOf, taskRuns, validationRun } from "./task-runs.ts";
import { computeTaken, type UnitWork } from "./unit-stages.ts";

/** What one thread of a training run works with. */
export interface ThreadContext {
  readonly thread: number;
  readonly memory: SharedMemory;
  readonly bench: Workbench;
  /** Undefined if no step is cut by units. */
  readonly units: UnitWork | undefined;
  /** Undefined if the run has no validation. */
  readonly validation: ValidationBench | undefined;
  readonly shards: number;
  readonly updates: UpdatePlan;
  /** Records what the thread does, if the caller asked for spans. */
  readonly lane: Lane | undefined;
}

/** The number of a step, counted from the start of training; for a validation, the number of the step before it. */
export function numberOf(updates: UpdatePlan, place: StepPlace): number {
  return place.isValidation ? place.epoch * updates.batchesPerEpoch : stepNumber(updates, place);
}

/** Columns that a thread has loaded into its tile ahead of their step. */
export interface Loaded {
  readonly epoch: number;
  readonly first: number;
  readonly count: number;
}

/** A thread's work on a step. */
export interface Done {
  /** How many tasks it computed. */
  tasks: number;
  /** The step of the last task; undefined if there was none. */
  place: StepPlace | undefined;
}

/**
 * Takes and computes tasks until none is left. The thread that counts the last task opens the slices, if the plan has
 * several.
 * @yields the number of columns done, after each tile
 */
export function* computeTasks(context: ThreadContext, loaded: Loaded | undefined): Generator<number, Done> {
  const { thread, memory, bench, updates, lane } = context;
  const { control, plans, partials, totals } = memory;
  let ahead = loaded;
  const done: Done = { tasks: 0, place: undefined };
  setBusy(control, thread, true);
  for (let taken = takeAny(context); taken !== undefined; taken = takeAny(context), done.tasks++) {
    const place = placeOf(control);
    done.place = place;
    if (place.isValidation) {
      ahead = undefined;
      const { first } = validationRun(validationShards(memory.validation), memory.gathered?.shape);
      lane?.begin("validation", numberOf(updates, place), first + taken, first + taken + 1);
      yield* validateShard(context.validation!, first + taken);
      taskDone(control, taskRuns(memory, place).tasks);
      continue;
    }
    const { tasks, slices, units } = plans[place.atWork];
    if (units !== undefined) {
      ahead = undefined;
      lane?.begin("task", numberOf(updates, place));
      computeTaken(memory, context.units!, place, taken);
      yield 0;
      continue;
    }
    const task = tasks[taken];
    lane?.begin("task", numberOf(updates, place), task.first, task.end);
    const masks = masksOf(updates, place, memory.network.layers);
    const batch = { ...batchOf(memory, context.shards, place), masks };
    const { first, count } = firstTile(task, batch);
    const isLoaded = ahead?.epoch === place.epoch && ahead.first === first && ahead.count === count;
    ahead = undefined;
    yield* taskGradient(task, batch, bench, partials.sums[taken], isLoaded);
    const isLast = taskDone(control, tasks.length);
    // With several ranks, main opens the slices once it has the other ranks' sums.
    if (isLast && slices.length > 1 && memory.gathered === undefined)
      openSlices(control, lossesAreFinite(totals.losses) ? slices.length : 0);
  }
  setBusy(control, thread, false);
  if (done.place !== undefined) lane?.begin("wait", numberOf(updates, done.place));
  return done;
}

/** Takes a task, from the thread's own run first. @returns its number; undefined if none is left */
function takeAny({ thread, memory }: ThreadContext): number | undefined {
  const { control } = memory;
  const { atWork } = placeOf(control);
  for (let i = 0; i < atWork; i++) {
    const owner = (thread + i) % atWork;
    const left = takeTask(control, owner);
    if (left === 0) continue;
    // The step is fixed only once a task of it is taken, so its description is read again.
    const { tasks, runs } = taskRuns(memory, placeOf(control), stageOf(control));
    return runStart(tasks, runs, owner + 1) - left;
  }
  return undefined;
}

/** Takes and updates slices until none is left. @returns how many it updated */
export function updateSlices(context: ThreadContext): number {
  const { thread, memory, updates, lane } = context;
  const { control, plans } = memory;
  setBusy(control, thread, true);
  const { length } = plans[placeOf(control).atWork].slices;
  let updated = 0;
  for (let i = 0; i < length; i++) {
    const slice = (thread + i) % length;
    if (!takeSlice(control, slice)) continue;
    // Only a thread that holds a slice knows for certain which step it belongs to.
    const place = updateOne(context, slice);
    sliceDone(control, plans[place.atWork].slices.length);
    lane?.begin("wait", numberOf(updates, place));
    updated++;
  }
  setBusy(control, thread, false);
  return updated;
}

/** Updates a slice of the current step, or the part of it that its journal says is left. @returns the step */
export function updateOne({ memory, thread, bench, updates, lane }: ThreadContext, index: number): StepPlace {
  const { control, network, plans, threads, journals, squares } = memory;
  const place = placeOf(control);
  const { from, to, atWork } = place;
  lane?.begin("update", numberOf(updates, place), index, index + 1);
  const { slices } = plans[atWork];
  const { partials, count } = batchSums(memory, plans[atWork]);
  const kept = memory.slots.map(({ parameters }) => parameters);
  const { sum } = threads[thread];
  const { kernels } = bench;
  const { clipNorm } = updates;
  // Clipping has summed all partials first, so one partial is left.
  const divisor =
    clipNorm === undefined ? 1 : clipDivisor(clipNorm, to - from, { network, squares, partials }, count, kernels);
  const rule = updateRule(updates, place, divisor);
  const left = firstOf(partials, clipNorm === undefined ? count : 1);
  const work = { network, slots: kept, partials: left, rule, sum, kernels };
  // With one slice, main updates alone and needs no journal: no thread would resume from it.
  updateSlice(slices[index], work, slices.length > 1 ? journals[index] : undefined);
  reportColumns(control, thread, to - from);
  return place;
}

/**
 * Loads the first columns of this thread's run of a coming step.
 * @returns what it loaded; undefined if it has no run
 */
export function loadAhead(context: ThreadContext, next: StepPlace): Loaded | undefined {
  const { thread, memory, bench } = context;
  const { tasks, threads } = memory.plans[next.atWork];
  if (thread >= threads) return undefined;
  const batch = batchOf(memory, context.shards, next);
  const { first, count } = firstTile(tasks[runStart(tasks.length, threads, thread)], batch);
  loadTile(bench, batch.order, first, count);
  return { epoch: next.epoch, first, count };
}
