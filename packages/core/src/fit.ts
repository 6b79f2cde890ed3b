/** Training on one thread: the shards of a batch one after another, with the bits of any number of threads. */
import type { Examples } from "./examples.ts";
import { type BatchTotals, runGradient } from "./gradient.ts";
import { makeWorkplace } from "./kernels/arena.ts";
import type { Network } from "./network.ts";
import { packParameters, prepareWeights, unpackParameters } from "./packed.ts";
import {
  batchBounds,
  type EpochReport,
  type FitOptions,
  type FitProgress,
  type FitResult,
  orderEpoch,
  planTraining,
} from "./plan.ts";
import { foldNumbers } from "./shards.ts";
import { finish } from "./steps.ts";
import { layOutTraining, planRootFold, runOfThread } from "./training-memory.ts";
import { update } from "./update.ts";

/**
 * Trains a network in place by gradient descent, as the notes do.
 * @returns when all epochs are done, or `options.signal` is found aborted (an `onEpoch` may do so)
 * @throws InputError when an option is out of range or the examples do not fit the network
 */
export function fit(network: Network, examples: Examples, options: FitOptions): FitResult {
  return finish(training(network, examples, options));
}

/** {@link fit} in steps of a few columns, for a caller that has other things to do in between. */
export function* training(
  network: Network,
  examples: Examples,
  options: FitOptions,
): Generator<FitProgress, FitResult> {
  const plan = planTraining(network, examples, options);
  const { shards, kernels: source, epochs, batchSize, batchesPerEpoch, learningRate } = plan;
  const { X, scale, columns } = plan.examples;
  const { layers, activation } = network;
  const shape = { layers, activation, examples: columns.length, batchSize, shards, threads: 1 };
  const workplace = makeWorkplace((arena) => layOutTraining(shape, source.layout, arena), {
    shared: false,
    features: X,
  });
  const { arena, regions: memory, holdsFeatures } = workplace;
  const run = runOfThread(memory, 0, source, arena, holdsFeatures);
  const { kernels } = run;
  const fold = planRootFold(memory, shards);
  const reports: EpochReport[] = [];
  let steps = 0;
  let completed = true;
  try {
    packParameters(network, memory.network, source.layout);
    prepareWeights(memory.network, scale, kernels);

    learning: for (let epoch = 1; epoch <= epochs; epoch++) {
      orderEpoch(plan, epoch, memory.order);
      const totals = startTotals();

      for (let batch = 0; batch < batchesPerEpoch; batch++) {
        const { from, to } = batchBounds(plan, batch);
        const bounds = { order: memory.order, from, to, shards };
        const gradient = runGradient(memory.network, plan.examples, bounds, run, memory.totals);
        if (!(yield* watch(gradient, epoch, from, options))) {
          completed = false;
          break learning;
        }
        update(memory.network, fold.sum, to - from, scale, learningRate, kernels);
        addBatch(totals, memory.totals);
        steps++;
      }
      const report = reportEpoch(epoch, totals, columns.length);
      reports.push(report);
      if (options.onEpoch !== undefined) {
        // The callback may look at the network as it is now.
        unpackParameters(memory.network, network, layers, source.layout);
        options.onEpoch(report);
      }
    }
    unpackParameters(memory.network, network, layers, source.layout);
  } finally {
    workplace.release();
  }
  return { epochs: reports, steps, completed };
}

/** Goes through a step tile by tile, telling how far it is; false when the signal was aborted on the way. */
function* watch(
  tiles: Generator<number, void>,
  epoch: number,
  before: number,
  options: FitOptions,
): Generator<FitProgress, boolean> {
  let examples = before;
  for (let tile = tiles.next(); ; tile = tiles.next()) {
    if (tile.done) return true;
    examples += tile.value;
    options.onProgress?.({ epoch, examples });
    yield { epoch, examples };
    if (options.signal?.aborted) return false;
  }
}

/** An epoch's figures so far. */
export interface EpochTotals {
  loss: number;
  correct: number;
}

export const startTotals = (): EpochTotals => ({ loss: 0, correct: 0 });

/** Adds a batch's figures: its shards' along the tree, the batches in their order. */
export function addBatch(totals: EpochTotals, { losses, correct }: BatchTotals): void {
  totals.loss += foldNumbers(losses);
  totals.correct += foldNumbers(correct);
}

export function reportEpoch(epoch: number, { loss, correct }: EpochTotals, examples: number): EpochReport {
  return { epoch, loss: loss / examples, accuracy: correct / examples };
}
