/** Data-parallel training: core's fit over worker threads, with the same result. */
import {
  batchBounds,
  divideByBatch,
  type EpochReport,
  type Examples,
  type FitOptions,
  type FitResult,
  foldTotals,
  type Network,
  networkOf,
  orderEpoch,
  planTraining,
  reportEpoch,
  type ShardTotals,
  update,
  viewParameters,
} from "@scratch-nn/core";
import { columnsDone, release, startStep, waitForStep } from "./barrier.ts";
import { activeWorkers, Crew, type CrewOptions } from "./crew.ts";
import { Turn } from "./event-loop.ts";
import { allocateMemory, type TrainingMemory } from "./memory.ts";

export interface ParallelFitOptions extends FitOptions, CrewOptions {}

/** How long main may keep the event loop waiting. */
const TURN_MILLISECONDS = 10;

/**
 * Trains a network in place, like core's `fit` with the same options and the same bits, on
 * `options.workers` threads. The event loop goes on meanwhile.
 *
 * X and labels in SharedArrayBuffers are read where they are; others are copied once.
 * @returns when all epochs are done, or `options.signal` is aborted
 * @throws InputError when an option is out of range or the examples do not fit the network
 * @throws WorkerError when a worker fails or dies; the network is then as it was before the call
 */
export async function fit(network: Network, examples: Examples, options: ParallelFitOptions): Promise<FitResult> {
  const plan = planTraining(network, examples, options);
  const { shards, kernels, learningRate } = plan;
  const { scale } = plan.examples;
  const workers = activeWorkers(options, shards);
  const memory = allocateMemory(network, plan.examples, shards);
  const shared = networkOf(network.layers, network.activation, memory.parameters);
  const gradient = viewParameters(network.layers, memory.partials[0]);
  shared.parameters.set(network.parameters);

  const crew = new Crew(workers);
  const working = crew.call((remote, worker) =>
    remote.train({
      layers: network.layers,
      activation: network.activation,
      kernels: options.kernels ?? "auto",
      scale,
      shards,
      worker,
      workers,
      memory,
      batchSize: plan.batchSize,
    }),
  );
  // A failure is seen in crew.failure between two slices of a wait; nobody awaits this promise before the end.
  working.catch(() => {});

  const reports: EpochReport[] = [];
  const turn = new Turn(TURN_MILLISECONDS);
  let steps = 0;
  let completed = true;
  try {
    training: for (let epoch = 1; epoch <= plan.epochs; epoch++) {
      orderEpoch(plan, epoch, memory.order);
      const totals: ShardTotals[] = [];

      for (let batch = 0; batch < plan.batchesPerEpoch; batch++) {
        const { from, to } = batchBounds(plan, batch);

        // The workers take their shards, sum the partial gradients and reduce them.
        startStep(memory.control);
        const done = await stepDone(memory, crew, turn, options, (columns) => {
          options.onProgress?.({ epoch, examples: from + columns });
        });
        if (!done) {
          completed = false;
          break training;
        }
        // Main applies the update; all workers see the new weights with the next step.
        divideByBatch(gradient, to - from, scale, kernels);
        update(shared, gradient, learningRate, kernels);
        totals.push(shardTotals(memory));
        steps++;
      }
      const report = reportEpoch(epoch, totals, plan.examples.columns.length);
      reports.push(report);
      options.onEpoch?.(report);
    }
    release(memory.control);
    await working;
  } finally {
    release(memory.control);
    await crew.dismiss();
  }
  network.parameters.set(shared.parameters);
  return { epochs: reports, steps, completed };
}

/**
 * Waits until the workers are done with the step, the event loop alive.
 * @returns false when the signal was aborted instead
 * @throws the crew's failure
 */
async function stepDone(
  memory: TrainingMemory,
  crew: Crew,
  turn: Turn,
  options: ParallelFitOptions,
  onProgress: (columns: number) => void,
): Promise<boolean> {
  for (;;) {
    if (turn.isOver()) {
      await turn.yield();
      if (crew.failure !== undefined) throw crew.failure;
      onProgress(columnsDone(memory.control));
    }
    if (options.signal?.aborted) return false;
    if (waitForStep(memory.control, TURN_MILLISECONDS)) return true;
  }
}

function shardTotals(memory: TrainingMemory): ShardTotals {
  return foldTotals(Array.from(memory.losses, (loss, s) => ({ loss, correct: memory.correct[s] })));
}
