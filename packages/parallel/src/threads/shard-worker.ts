/** The worker thread: computes its share of every step until the run is over. */
import { parentPort } from "node:worker_threads";
import { type Network, networkOf } from "@scratch-nn/core";
import {
  Arena,
  type ArenaPlace,
  type CheckedExamples,
  evaluationBench,
  finish,
  type KernelName,
  kernelsNamed,
  type LossSettings,
  type TrainingData,
  type TrainingShape,
  type UpdatePlan,
  validationBenchOf,
  workbenchOf,
} from "@scratch-nn/core/engine";
import * as Comlink from "comlink";
import { type LanePlace, ThreadLane } from "../runtime/lane.ts";
import { type Profiling, Stopwatch } from "../runtime/profile.ts";
import {
  isReleased,
  openStageOf,
  park,
  placeOf,
  reportColumns,
  type StepPlace,
  slicesAreOpen,
  stepOf,
  threadsAtWork,
} from "../sync/control.ts";
import { layOutShared } from "../sync/memory.ts";
import { OrderAhead, type OrderPlan } from "../sync/order-ahead.ts";
import { evaluateShards, type ShardsDone } from "../sync/shards-to-do.ts";
import { hasStageAfter, unitWorkOf } from "../sync/unit-stages.ts";
import { Waiting } from "../sync/waiting.ts";
import {
  computeTasks,
  type Done,
  type Loaded,
  loadAhead,
  numberOf,
  type ThreadContext,
  updateSlices,
} from "../sync/work-stealing.ts";
import { sendErrors } from "./carry-errors.ts";

/** The first message to a worker. */
export interface Hello {
  /** Comlink's message port. */
  readonly port: unknown;
  /** [1]: 1 once the worker's module has run. */
  readonly up: Int32Array;
}

/** The description of a training run, the same for every worker. */
export interface TrainingWork {
  readonly shape: TrainingShape;
  readonly ordering: OrderPlan;
  readonly kernels: KernelName;
  readonly place: ArenaPlace;
  readonly holdsFeatures: boolean;
  readonly updates: UpdatePlan;
  /** How much of the run to measure; undefined to measure nothing. */
  readonly profiling: Profiling | undefined;
  /** Where to record spans, if the caller asked for them; `step` is the first step. */
  readonly spans: (LanePlace & { readonly step: number }) | undefined;
  readonly data: TrainingData;
  readonly validation: SharedValidation | undefined;
}

/** The validation examples. */
export interface SharedValidation {
  readonly data: TrainingData;
  /** Whether their X lies in the arena's memory. */
  readonly isHeld: boolean;
}

export interface EvaluationWork {
  readonly layers: TrainingShape["layers"];
  readonly activation: TrainingShape["activation"];
  readonly output: Network["output"];
  readonly loss: LossSettings;
  readonly parameters: Float32Array;
  readonly kernels: KernelName;
  readonly examples: CheckedExamples;
  readonly shards: number;
  readonly thread: number;
  /** The words of shards-to-do.ts. */
  readonly words: Int32Array;
}

const shardWorker = {
  /** Takes tasks and slices until main releases the threads. It blocks this thread's event loop. */
  train(work: TrainingWork, thread: number): void {
    const { shape, place, holdsFeatures, profiling, spans, data, updates } = work;
    const arena = new Arena(place);
    const memory = layOutShared(shape, work.kernels, arena);
    const watch = new Stopwatch(profiling && memory.times[thread], profiling);
    const lane = spans && new ThreadLane(spans, thread);
    lane?.begin("wait", spans!.step);
    const bind = (isHeld: boolean) => {
      const kernels = watch.timed(kernelsNamed(work.kernels).bind(arena, memory.threads[thread].scratch, isHeld));
      return lane?.timed(kernels) ?? kernels;
    };
    const { validation } = work;
    const bench = workbenchOf(memory, thread, data, bind(holdsFeatures));
    const { shards } = shape;
    const context: ThreadContext = {
      thread,
      memory,
      bench,
      units: unitWorkOf(thread, { memory, bench, shards, updates }, kernelsNamed(work.kernels).layout),
      validation: validation && validationBenchOf(memory, thread, validation.data, bind(validation.isHeld)),
      shards,
      updates,
      lane,
    };
    takePart(context, work, watch);
    watch.stop();
  },

  /** Computes this thread's share of an evaluation. */
  evaluate(work: EvaluationWork): ShardsDone {
    const { layers, activation, output, loss, parameters, kernels, examples, shards, thread, words } = work;
    const network = networkOf(layers, activation, parameters, output);
    const bench = evaluationBench(network, examples, kernelsNamed(kernels), loss);
    return finish(evaluateShards(bench, shards, words, thread));
  },
};

/** Takes tasks and slices until main releases the threads. */
function takePart(context: ThreadContext, { shape, ordering }: TrainingWork, watch: Stopwatch): void {
  const { thread, memory, updates, lane } = context;
  const { control, plans } = memory;
  const order = new OrderAhead(ordering, memory, thread);
  const waiting = new Waiting(control, () => order.drawSome());

  let step = 0;
  let isFirst = true;
  let loaded: Loaded | undefined;
  for (;;) {
    const last = step;
    watch.wait(() => waiting.until("step", () => stepOf(control) !== last || isReleased(control)));
    step = stepOf(control);
    if (isReleased(control)) break;
    if (thread >= threadsAtWork(control)) {
      watch.endSample();
      watch.wait(() => park(control, thread));
      continue;
    }
    if (isFirst) watch.startAgain();
    else watch.turn();
    isFirst = false;

    // Compute the partial dW, db of the shards that this thread takes; or all stages of a step that is cut by units.
    let stage = openStageOf(control);
    let done = takeTasks(context, loaded);
    loaded = undefined;
    while (done !== undefined && hasStageAfter(memory, stage)) {
      const [now, before] = [step, stage];
      const isOver = () => openStageOf(control) > before || stepOf(control) !== now || isReleased(control);
      watch.wait(() => waiting.until("stage", isOver));
      if (stepOf(control) !== now || isReleased(control)) break;
      stage = openStageOf(control);
      done = takeTasks(context, undefined);
    }
    if (done === undefined) return;
    const { place } = done;
    if (place === undefined || place.isValidation || plans[place.atWork].units !== undefined) continue;
    // The all-reduce and the update of a slice of the parameters.
    if (plans[place.atWork].slices.length > 1) {
      const now = step;
      const isOver = () => slicesAreOpen(control, now) || stepOf(control) !== now || isReleased(control);
      watch.wait(() => waiting.until("opened", isOver));
      if (isReleased(control)) break;
      updateSlices(context);
    }
    // Load the next examples while main updates or does its bookkeeping.
    const ahead = placeAfter(place, shape);
    if (ahead.epoch > ordering.epochs || !order.isReady(ahead.epoch)) continue;
    lane?.begin("load", numberOf(updates, place));
    loaded = loadAhead(context, ahead);
    lane?.begin("wait", numberOf(updates, place));
  }
}

/**
 * Takes and computes tasks until none is left, with a heartbeat after each.
 * @returns undefined if main has released the threads; a task then stays unfinished, and its step is given up or
 *   computed again from its beginning
 */
function takeTasks(context: ThreadContext, loaded: Loaded | undefined): Done | undefined {
  const { thread, memory, updates, lane } = context;
  const { control } = memory;
  let sum = 0;
  reportColumns(control, thread, sum);
  const tasks = computeTasks(context, loaded);
  let next = tasks.next();
  for (; !next.done; next = tasks.next()) {
    sum += next.value;
    reportColumns(control, thread, sum);
    if (!isReleased(control)) continue;
    lane?.begin("wait", numberOf(updates, placeOf(control)));
    return undefined;
  }
  return next.value;
}

/** The following step, assuming the same number of threads at work. */
function placeAfter(place: StepPlace, { examples, batchSize }: TrainingShape): StepPlace {
  const { epoch, to } = place;
  const [from, next] = to === examples ? [0, epoch + 1] : [to, epoch];
  return { ...place, epoch: next, from, to: Math.min(from + batchSize, examples) };
}

export type ShardWorker = typeof shardWorker;

sendErrors();
parentPort?.once("message", ({ port, up }: Hello) => {
  Atomics.store(up, 0, 1);
  Comlink.expose(shardWorker, port as Comlink.Endpoint);
  parentPort?.postMessage("ready");
});
