/**
 * Data-parallel training over web workers, with core's tasks and its fixed tree: the bits of core's `training` on one
 * thread. The caller is thread 0, which may wait (a worker, not the page's own thread). It computes tasks like the others,
 * and alone sums their partial gradients and updates the weights.
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
  OPTIMISERS,
  orderEpoch,
  orderOf,
  planTraining,
  prepareRun,
  type StepMemory,
  type StepRequest,
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

/** What every thread knows of a run. */
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

/** Milliseconds that thread 0 waits before it lets its event loop have a turn. */
const PATIENCE = 20;

/** The same regions in every thread. */
export function layOutTeam(shape: TrainingShape, kernels: KernelName, arena: Arena): TeamMemory {
  const control = arena.int32(WORDS);
  return { control, ...layOutSteps(shape, kernelsNamed(kernels).layout, arena) };
}

/**
 * @param examples X, labels and targets in shared memory
 * @param threads from 2, this one among them
 * @param begin starts another thread on that work: computeTasks in a loop, see team-worker.ts
 * @yields how far it is, after each tile of this thread
 */
export function* teamTraining(
  network: Network,
  examples: Examples,
  options: FitOptions,
  threads: number,
  begin: (work: TeamWork) => void,
): Generator<FitProgress, FitResult> {
  const plan = planTraining(network, examples, options);
  const { shards, kernels, batchSize, optimizer } = plan;
  const { X, labels, targets, scale, columns } = plan.examples;
  const data = { X, labels: shared(labels), targets: shared(targets), scale };
  const { layers, activation, output } = network;
  const shape: TrainingShape = {
    layers,
    activation,
    output,
    loss: plan.loss,
    examples: columns.length,
    batchSize,
    shards,
    threads,
    update: "main",
    slots: OPTIMISERS[optimizer.name].slots,
    dropout: plan.dropout !== undefined,
    clips: false,
  };
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

/** @returns false when the signal was aborted: the step is computed to its end by the others, and not applied */
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
    // Woken by the last task; a turn now and then, in which a thread's death is heard of.
    if (Atomics.wait(control, DONE, done, PATIENCE) === "timed-out") yield { epoch, examples };
    if (options.signal?.aborted) return false;
  }
  if (!lossesAreFinite(totals.losses)) return true;
  const kept = slots.map(({ parameters }) => parameters);
  const work = { network, slots: kept, partials: firstOf(partials, tasks.length), sum: threads[0].sum, kernels };
  updateSlice(slices[0], { ...work, rule: updateRule(updates, request, 1) });
  return true;
}

/** Takes tasks of the step until none is left. @yields columns done, after each tile */
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

/** The same numbers in memory that threads can share: the array itself if it is there already. */
function shared<Numbers extends Uint16Array | Float32Array>(numbers: Numbers): Numbers {
  if (numbers.buffer instanceof SharedArrayBuffer) return numbers;
  const Type = numbers.constructor as new (buffer: SharedArrayBuffer) => Numbers;
  const copy = new Type(new SharedArrayBuffer(numbers.byteLength));
  copy.set(numbers);
  return copy;
}
