/** Data-parallel training: core's fit over worker threads, with the same result. */
import {
  addBatch,
  type Batch,
  batchBounds,
  type EpochReport,
  type Examples,
  type FitOptions,
  type FitResult,
  foldRoots,
  makeWorkplace,
  type Network,
  orderEpoch,
  packParameters,
  planRootFold,
  planTraining,
  prepareWeights,
  type RootFold,
  reportEpoch,
  runGradient,
  runOfThread,
  type ShardRun,
  startTotals,
  type TrainingShape,
  unpackParameters,
  update,
} from "@scratch-nn/core";
import { arrive, columnsDone, release, startStep, waitForAhead, waitForAll } from "./barrier.ts";
import { activeWorkers, Crew, type CrewOptions } from "./crew.ts";
import { TURN_MILLISECONDS, Turn } from "./event-loop.ts";
import { layOutShared, type SharedMemory, shared, sharedFeatures } from "./memory.ts";
import { profileOf, Stopwatch, type ThreadProfile } from "./profile.ts";

export interface ParallelFitOptions extends FitOptions, CrewOptions {
  /** Called in the end with where the time of each thread went, main's first; measuring costs a little. */
  readonly onProfile?: (threads: readonly ThreadProfile[]) => void;
}

/**
 * Trains a network in place, like core's `fit` with the same options and the same bits, on
 * `options.workers` threads: the calling one and worker threads. The event loop goes on meanwhile.
 *
 * X and labels in SharedArrayBuffers are read where they are; others are copied once.
 * @returns when all epochs are done, or `options.signal` is aborted
 * @throws InputError when an option is out of range or the examples do not fit the network
 * @throws WorkerError when a worker fails or dies; the network is then as it was before the call
 */
export async function fit(network: Network, examples: Examples, options: ParallelFitOptions): Promise<FitResult> {
  const plan = planTraining(network, examples, options);
  const { shards, kernels: source, epochs, batchSize, batchesPerEpoch, learningRate } = plan;
  const { columns, scale } = plan.examples;
  const { layers, activation } = network;
  const threads = activeWorkers(options, shards);
  const X = sharedFeatures(plan.examples.X);
  const labels = shared(plan.examples.labels);
  const shape: TrainingShape = { layers, activation, examples: columns.length, batchSize, shards, threads };
  const workplace = makeWorkplace((arena) => layOutShared(shape, source.name, arena), { shared: true, features: X });
  const { arena, regions: memory, holdsFeatures } = workplace;
  const { control } = memory;
  const profiles = options.onProfile !== undefined;
  const watch = new Stopwatch(profiles ? memory.times[0] : undefined);
  const run = watch.timed(runOfThread(memory, 0, source, arena, holdsFeatures));
  const fold = planRootFold(memory, shards);

  const crew = new Crew(threads - 1);
  const work = { shape, kernels: source.name, place: arena.place, holdsFeatures, profiles, X, labels };
  const working = crew.call((remote, worker) => remote.train(work, worker));
  // A failure is seen in crew.failure between two slices of a wait; nobody awaits this promise before the end.
  working.catch(() => {});

  const step = { memory, run, fold, threads, watch, X, labels, crew, turn: new Turn(TURN_MILLISECONDS), options };
  const reports: EpochReport[] = [];
  let steps = 0;
  let completed = true;
  try {
    packParameters(network, memory.network, source.layout);
    prepareWeights(memory.network, scale, run.kernels);

    training: for (let epoch = 1; epoch <= epochs; epoch++) {
      orderEpoch(plan, epoch, memory.order);
      const totals = startTotals();

      for (let batch = 0; batch < batchesPerEpoch; batch++) {
        const { from, to } = batchBounds(plan, batch);

        // All threads sum the partial gradients of their shards and all-reduce them ...
        const bounds = { order: memory.order, from, to, shards };
        if (!(await computeStep(step, bounds, epoch, batch > 0))) {
          completed = false;
          break training;
        }
        // ... and main applies the update; all threads see the new weights with the next step.
        update(memory.network, fold.sum, to - from, scale, learningRate, run.kernels);
        addBatch(totals, memory.totals);
        if (steps === 0) watch.startAgain();
        steps++;
      }
      const report = reportEpoch(epoch, totals, columns.length);
      reports.push(report);
      options.onEpoch?.(report);
    }
    watch.stop();
    release(control);
    await working;
    options.onProfile?.(memory.times.map(profileOf));
    unpackParameters(memory.network, network, layers, source.layout);
  } finally {
    release(control);
    await crew.dismiss();
    workplace.release();
  }
  return { epochs: reports, steps, completed };
}

/** What main needs for every step. */
interface Step {
  readonly memory: SharedMemory;
  readonly run: ShardRun;
  readonly fold: RootFold;
  readonly threads: number;
  readonly watch: Stopwatch;
  readonly X: Uint8Array | Float32Array;
  readonly labels: Uint16Array;
  readonly crew: Crew;
  readonly turn: Turn;
  readonly options: ParallelFitOptions;
}

/**
 * Main's part of a step up to the gradient, the event loop alive.
 * @param follows whether it follows another step of the same epoch, so that a worker has loaded examples ahead
 * @returns false when the signal was aborted instead
 * @throws the crew's failure
 */
async function computeStep(step: Step, batch: Batch, epoch: number, follows: boolean): Promise<boolean> {
  const { memory, run, fold, threads, watch, X, labels, crew, turn, options } = step;
  const { control } = memory;
  let own = 0;
  /** @returns whether to go on */
  const takeTurn = async (): Promise<boolean> => {
    await turn.yield();
    if (crew.failure !== undefined) throw crew.failure;
    options.onProgress?.({ epoch, examples: batch.from + own + columnsDone(control) });
    return !options.signal?.aborted;
  };
  const number = startStep(control);
  const loaded = follows && threads > 1;
  while (loaded && !watch.wait(() => waitForAhead(control, number, TURN_MILLISECONDS)))
    if (!(await takeTurn())) return false;
  for (const columns of runGradient(memory.network, { X, labels }, batch, run, memory.totals, number, loaded)) {
    own += columns;
    if (turn.isOver() && !(await takeTurn())) return false;
    if (options.signal?.aborted) return false;
  }
  arrive(control);
  while (!watch.wait(() => waitForAll(control, threads, number, "partials", TURN_MILLISECONDS))) {
    if (!(await takeTurn())) return false;
  }
  foldRoots(fold, 0, threads, run.kernels);
  arrive(control);
  while (!watch.wait(() => waitForAll(control, threads, number, "gradient", TURN_MILLISECONDS))) {
    if (!(await takeTurn())) return false;
  }
  return true;
}
