/**
 * Trains data-parallel over web workers, with core's tasks and fixed tree. The bits are those of core's `training` on
 * one thread. The caller is thread 0 and must be a thread that may block: a worker, not the page's main thread. It
 * computes tasks like the others. It alone adds the partial gradients and updates the weights.
 */
import type { Examples, FitOptions, FitProgress, FitResult, Network } from "@scratch-nn/core";
import {
  type Arena,
  type ArenaPlace,
  firstOf,
  type KernelName,
  keepLearnt,
  kernelsNamed,
  layOutSteps,
  lossesAreFinite,
  masksOf,
  orderEpoch,
  orderOf,
  planTraining,
  prepareRun,
  type StepMemory,
  type StepRequest,
  shapeOf,
  type TrainingData,
  type TrainingRun,
  type TrainingShape,
  taskGradient,
  trainingLoop,
  type UpdatePlan,
  updateRule,
  updateSlice,
  updatesOf,
  type Workbench,
  workbenchOf,
} from "@scratch-nn/core/engine";
import { DONE, NEXT, openStep, placeOf, stopTeam, WORDS } from "./team-control.ts";

/** Everything that a thread needs to know of a run. */
export interface TeamWork {
  readonly shape: TrainingShape;
  readonly kernels: KernelName;
  readonly place: ArenaPlace;
  readonly updates: UpdatePlan;
  readonly data: TrainingData;
  readonly thread: number;
}

export interface TeamMemory extends StepMemory {
  /** The words of team-control.ts. */
  readonly control: Int32Array;
}

/** Milliseconds that thread 0 blocks before it yields to its event loop. */
const PATIENCE = 20;

/** Lays out the memory of a team. The regions are the same in every thread. */
export function layOutTeam(shape: TrainingShape, kernels: KernelName, arena: Arena): TeamMemory {
  const control = arena.int32(WORDS);
  return { control, ...layOutSteps(shape, kernelsNamed(kernels).layout, arena) };
}

/**
 * @param examples X, labels and targets in shared memory
 * @param threads from 2, including this one
 * @param begin starts another thread with this work, which calls computeTasks in a loop; see team-worker.ts
 * @yields progress: after each tile of this thread, and at times while it waits for the others
 */
export function* teamTraining(
  network: Network,
  examples: Examples,
  options: FitOptions,
  threads: number,
  begin: (work: TeamWork) => void,
): Generator<FitProgress, FitResult> {
  const plan = planTraining(network, examples, options);
  const { kernels } = plan;
  const { X, labels, targets, scale } = plan.examples;
  const data = { X, labels: shared(labels), targets: shared(targets), scale };
  const shape = shapeOf(network, plan, { threads, update: "main" });
  const layOut = (arena: Arena) => layOutTeam(shape, kernels.name, arena);
  const run = prepareRun(network, plan, options, { shape, shared: true, data, layOut });
  const { memory, arena } = run;
  const updates = updatesOf(plan);
  for (let thread = 1; thread < threads; thread++) {
    begin({ shape, kernels: kernels.name, place: arena.place, updates, data, thread });
  }
  const bench = workbenchOf(memory, 0, data, run.kernels);
  const loop = trainingLoop(run);
  let drawn = 0;
  try {
    let next = loop.next();
    while (!next.done) {
      const request = next.value;
      if (request.kind !== "step") throw new Error(`a team has no ${request.kind}`);
      if (request.epoch !== drawn) orderEpoch(plan, request.epoch, orderOf(memory, request.epoch));
      drawn = request.epoch;
      next = loop.next(yield* computeStep(run, bench, request, updates));
    }
    return next.value;
  } catch (error) {
    keepLearnt(run, error);
    throw error;
  } finally {
    stopTeam(memory.control);
    run.release();
  }
}

/** @returns false if the signal was aborted; then the step is not applied */
function* computeStep(
  { memory, shape, kernels, options }: TrainingRun<TeamMemory>,
  bench: Workbench,
  request: StepRequest,
  updates: UpdatePlan,
): Generator<FitProgress, boolean> {
  const { control, network, partials, plans, slots, threads, totals } = memory;
  const { tasks, slices } = plans[shape.threads];
  const { epoch, from } = request;
  openStep(control, request);
  let examples = from;
  for (const columns of computeTasks(memory, shape, bench, updates)) {
    examples += columns;
    yield { epoch, examples };
    if (options.signal?.aborted) return false;
  }
  for (let done = Atomics.load(control, DONE); done < tasks.length; done = Atomics.load(control, DONE)) {
    // A finished task ends the wait. The timeout yields to the event loop, which reports the death of a thread.
    if (Atomics.wait(control, DONE, done, PATIENCE) === "timed-out") yield { epoch, examples };
    if (options.signal?.aborted) return false;
  }
  if (!lossesAreFinite(totals.losses)) return true;
  const kept = slots.map(({ parameters }) => parameters);
  const work = { network, slots: kept, partials: firstOf(partials, tasks.length), sum: threads[0].sum, kernels };
  updateSlice(slices[0], { ...work, rule: updateRule(updates, request, 1) });
  return true;
}

/** Computes tasks of the step until none is left. @yields the number of columns done, after each tile */
export function* computeTasks(
  memory: TeamMemory,
  shape: TrainingShape,
  bench: Workbench,
  updates: UpdatePlan,
): Generator<number> {
  const { control, plans, partials } = memory;
  const { tasks } = plans[shape.threads];
  for (;;) {
    const taken = Atomics.add(control, NEXT, 1);
    if (taken >= tasks.length) return;
    const place = placeOf(control);
    const { epoch, from, to } = place;
    const batch = {
      order: orderOf(memory, epoch),
      from,
      to,
      shards: shape.shards,
      masks: masksOf(updates, place, shape.layers),
    };
    yield* taskGradient(tasks[taken], batch, bench, partials.sums[taken], false);
    Atomics.add(control, DONE, 1);
    Atomics.notify(control, DONE);
  }
}

/** The same numbers in shared memory: the array itself if it is already there, else a copy. */
function shared<Numbers extends Uint16Array | Float32Array>(numbers: Numbers): Numbers {
  if (numbers.buffer instanceof SharedArrayBuffer) return numbers;
  const Type = numbers.constructor as new (buffer: SharedArrayBuffer) => Numbers;
  const copy = new Type(new SharedArrayBuffer(numbers.byteLength));
  copy.set(numbers);
  return copy;
}
