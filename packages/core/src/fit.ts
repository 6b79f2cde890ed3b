/** Training on one thread: the shards of a batch one after another, with the bits of any number of threads. */
import type { Examples } from "./examples.ts";
import { scaleInputs } from "./forward.ts";
import { createPartials, finish, foldNumbers, foldPartials, type ShardTotals, shardGradient } from "./gradient.ts";
import type { Network } from "./network.ts";
import {
  batchBounds,
  type EpochReport,
  type FitOptions,
  type FitProgress,
  type FitResult,
  orderEpoch,
  planTraining,
} from "./plan.ts";
import { runStart } from "./shards.ts";
import { createTile } from "./tile.ts";
import { divideByBatch, update } from "./update.ts";

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
  const { shards, kernels } = plan;
  const { scale } = plan.examples;
  const order = new Uint32Array(plan.examples.columns.length);
  const tile = createTile(network);
  const scaledW1 = new Float32Array(network.W[1].length);
  const partials = createPartials(network, shards);
  const gradient = partials[0];
  const reports: EpochReport[] = [];
  let steps = 0;

  for (let epoch = 1; epoch <= plan.epochs; epoch++) {
    orderEpoch(plan, epoch, order);
    const totals: ShardTotals[] = [];

    for (let batch = 0; batch < plan.batchesPerEpoch; batch++) {
      const { from, to } = batchBounds(plan, batch);
      const scaled = scaleInputs(network, scale, scaledW1, kernels);
      const ofShards: ShardTotals[] = [];

      for (let s = 0; s < shards; s++) {
        const begin = from + runStart(to - from, shards, s);
        const end = from + runStart(to - from, shards, s + 1);
        const shard = shardGradient(scaled, plan.examples, order, begin, end, partials[s], tile, kernels);
        const ofShard = yield* watch(shard, epoch, begin, options);
        if (ofShard === undefined) return { epochs: reports, steps, completed: false };
        ofShards.push(ofShard);
      }
      foldPartials(partials, kernels);
      divideByBatch(gradient, to - from, scale, kernels);
      update(network, gradient, plan.learningRate, kernels);
      totals.push(foldTotals(ofShards));
      steps++;
    }
    const report = reportEpoch(epoch, totals, order.length);
    reports.push(report);
    options.onEpoch?.(report);
  }
  return { epochs: reports, steps, completed: true };
}

/** Runs a shard tile by tile, telling how far it is; undefined when the signal was aborted on the way. */
function* watch(
  shard: Generator<number, ShardTotals>,
  epoch: number,
  before: number,
  options: FitOptions,
): Generator<FitProgress, ShardTotals | undefined> {
  let examples = before;
  for (let tile = shard.next(); ; tile = shard.next()) {
    if (tile.done) return tile.value;
    examples += tile.value;
    options.onProgress?.({ epoch, examples });
    yield { epoch, examples };
    if (options.signal?.aborted) return undefined;
  }
}

/** A batch's figures out of its shards', along the tree. */
export function foldTotals(shards: readonly ShardTotals[]): ShardTotals {
  return {
    loss: foldNumbers(shards.map((totals) => totals.loss)),
    correct: foldNumbers(shards.map((totals) => totals.correct)),
  };
}

/** An epoch's figures out of its batches', in their order. */
export function reportEpoch(epoch: number, batches: readonly ShardTotals[], examples: number): EpochReport {
  const sum = (part: keyof ShardTotals): number => batches.reduce((total, batch) => total + batch[part], 0);
  return { epoch, loss: sum("loss") / examples, accuracy: sum("correct") / examples };
}
