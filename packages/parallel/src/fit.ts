/** Data-parallel training: core's fit over worker threads, with the same result. */
import { type Examples, type FitOptions, type FitResult, InputError, type Network } from "@scratch-nn/core";
import {
  batchBounds,
  FIT_OPTIONS,
  Logbook,
  makeWorkplace,
  type OptionNames,
  packParameters,
  planRootFold,
  planTraining,
  prepareWeights,
  requireInteger,
  runOfThread,
  type TrainingShape,
  takeCheckpoint,
  unpackParameters,
  update,
} from "@scratch-nn/core/engine";
import { prepare, release } from "./barrier.ts";
import { Crew } from "./crew.ts";
import { activeWorkers, CREW_OPTIONS, type CrewOptions } from "./crew-options.ts";
import { TURN_MILLISECONDS, Turn } from "./event-loop.ts";
import { layOutShared, type SharedMemory, shared, sharedFeatures } from "./memory.ts";
import { Orders, type Place } from "./orders.ts";
import { profileOf, Stopwatch, type ThreadProfile } from "./profile.ts";
import { type Setback, Setbacks } from "./setbacks.ts";
import { computeStep } from "./step.ts";
import { Watchdog } from "./watchdog.ts";
import { WorkerError } from "./worker-error.ts";

export interface ParallelFitOptions extends FitOptions, CrewOptions {
  /** Called in the end with where the time of each thread went, main's first; measuring costs a little. */
  readonly onProfile?: (threads: readonly ThreadProfile[]) => void;
  /** Called when a worker was lost and replaced; its step is computed again. */
  readonly onSetback?: (setback: Setback) => void;
  /**
   * Milliseconds without a sign of life after which a worker is taken for lost; from 1. Default 20,000. One that has
   * not begun yet is given two minutes at least.
   */
  readonly patience?: number;
}

const OPTIONS: OptionNames<ParallelFitOptions> = {
  ...FIT_OPTIONS,
  ...CREW_OPTIONS,
  onProfile: "function",
  onSetback: "function",
  patience: "checked",
};

const PATIENCE = 20_000;

/**
 * Trains a network in place, like core's `fit` with the same options and the same bits, on
 * `options.workers` threads: the calling one and worker threads. The event loop goes on meanwhile.
 *
 * A worker that fails, dies or stands still is replaced and the step computed again, since nothing but
 * main's update changes what a step starts from.
 *
 * X and labels in SharedArrayBuffers are read where they are; others are copied once.
 * @returns when all epochs are done, or `options.signal` is aborted
 * @throws InputError when an option is out of range, the examples do not fit the network, or the workers' module is
 *   missing or does not run
 * @throws DivergenceError when the loss or a parameter stops being finite
 * @throws WorkerError when workers fail at one step three times in a row; the network is then as at the last checkpoint, or
 *   as it was before the call
 */
export async function fit(network: Network, examples: Examples, options: ParallelFitOptions): Promise<FitResult> {
  const plan = planTraining(network, examples, options, OPTIONS);
  const { shards, kernels: source, batchSize, learningRate } = plan;
  const { columns, scale } = plan.examples;
  const { layers, activation } = network;
  const threads = activeWorkers(options, shards);
  const crew = new Crew(threads - 1, options);
  const { patience = PATIENCE } = options;
  requireInteger("patience", patience, 1, 2 ** 31 - 1);
  const X = sharedFeatures(plan.examples.X);
  const labels = shared(plan.examples.labels);
  const shape: TrainingShape = { layers, activation, examples: columns.length, batchSize, shards, threads };
  const workplace = makeWorkplace((arena) => layOutShared(shape, source.name, arena), { shared: true, features: X });
  const { arena, regions: memory, holdsFeatures } = workplace;
  const { control } = memory;
  const profiles = options.onProfile !== undefined;
  const watch = new Stopwatch(profiles ? memory.times[0] : undefined);
  const run = watch.timed(runOfThread(memory, 0, source, arena, holdsFeatures));
  const fold = planRootFold(memory.threads, shards);

  const watchdog = new Watchdog(control, patience);
  const turn = new Turn(TURN_MILLISECONDS);
  const { onProgress, signal } = options;
  const orders = new Orders(plan, memory);
  const share = { memory, thread: 0, run, features: { X, labels }, watch };
  const step = { ...share, fold, threads, crew, turn, watchdog, onProgress, signal };
  const { epochs, batchesPerEpoch, shuffled, seed } = plan;
  const ordering = { epochs, batchesPerEpoch, shuffled, seed };
  const work = { shape, ordering, kernels: source.name, place: arena.place, holdsFeatures, profiles, X, labels };
  /** Lets the workers begin with that step. */
  const begin = ({ epoch, batch }: Place): void => {
    const first = { epoch, batch };
    orders.begin(first);
    prepare(control);
    memory.pieces.fill(0);
    watchdog.reset();
    crew.start((remote, worker) => remote.train(work, worker, first));
  };

  const log = new Logbook(plan, plan.from);
  const setbacks = new Setbacks();
  const asNow = (): Network => {
    unpackParameters(memory.network, network, layers, source.layout);
    return network;
  };
  try {
    packParameters(network, memory.network, source.layout);
    prepareWeights(memory.network, scale, run.kernels);
    begin(log);

    while (!log.isOver) {
      const { epoch, batch } = log;
      const { from, to } = batchBounds(plan, batch);
      const isFirst = log.steps === (plan.from?.steps ?? 0);

      // All threads sum the partial gradients of their shards and all-reduce them ...
      try {
        const bounds = { order: orders.forStep(log), from, to, shards };
        if (!(await computeStep(step, bounds, epoch))) break;
      } catch (error) {
        const lost = crew.failure;
        if (lost === undefined || error !== lost) throw error;
        // What the caller gave is wrong: another try would end the same.
        if (lost instanceof InputError) throw lost;
        release(control);
        const setback = setbacks.note(lost, epoch, batch + 1, shardsAtWork(memory, lost));
        await crew.settle(patience);
        begin(log);
        options.onSetback?.(setback);
        continue;
      }
      // ... and main applies the update; all threads see the new weights with the next step.
      const report = log.note(memory.totals, () => asNow().parameters);
      update(memory.network, fold.sum, to - from, scale, learningRate, run.kernels);
      if (isFirst) watch.startAgain();
      if (report !== undefined) options.onEpoch?.(report);
      takeCheckpoint(options.checkpoints, log, asNow);
    }
    watch.stop();
    release(control);
    if (profiles) await crew.settle(patience);
    options.onProfile?.(memory.times.map(profileOf));
    log.requireFiniteParameters(asNow().parameters);
  } finally {
    release(control);
    await crew.dismiss();
    workplace.release();
  }
  return log.result(log.isOver);
}

/** The shards that a worker stood at when it failed, in words. */
function shardsAtWork({ threads }: SharedMemory, failure: Error): string {
  const [first, end] = threads[failure instanceof WorkerError ? failure.worker : 0].atWork;
  return end - first === 1 ? `shard ${first}` : `shards ${first} to ${end - 1}`;
}
