/** Training on one thread: the shards of a batch one after another, with the bits of any number of threads. */
import type { Examples } from "../examples/examples.ts";
import { makeWorkplace } from "../kernels/arena.ts";
import type { Network } from "../model/network.ts";
import { packParameters, prepareWeights, unpackParameters } from "../passes/packed.ts";
import { update } from "../passes/update.ts";
import { runGradient } from "../reduction/gradient.ts";
import { finish } from "../reduction/steps.ts";
import { planRootFold } from "../reduction/sums.ts";
import { layOutTraining, runOfThread } from "../reduction/training-memory.ts";
import { Logbook } from "./logbook.ts";
import { orderEpoch } from "./order.ts";
import {
  batchBounds,
  type Checkpoints,
  type FitOptions,
  type FitProgress,
  type FitResult,
  planTraining,
} from "./plan.ts";

/**
 * Trains a network in place by gradient descent, as the notes do.
 * @returns when all epochs are done, or `options.signal` is found aborted (an `onEpoch` may do so)
 * @throws InputError when an option is out of range or the examples do not fit the network
 * @throws DivergenceError when the loss or a parameter stops being finite
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
  const { shards, kernels: source, batchSize, learningRate } = plan;
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
  const fold = planRootFold(memory.threads, shards);
  const log = new Logbook(plan, plan.from);
  const asNow = (): Network => {
    unpackParameters(memory.network, network, layers, source.layout);
    return network;
  };
  const [order] = memory.orders;
  let ordered = 0;
  try {
    packParameters(network, memory.network, source.layout);
    prepareWeights(memory.network, scale, kernels);

    while (!log.isOver) {
      const { epoch, batch } = log;
      if (epoch !== ordered) orderEpoch(plan, epoch, order);
      ordered = epoch;
      const { from, to } = batchBounds(plan, batch);
      const bounds = { order, from, to, shards };
      const gradient = runGradient(memory.network, plan.examples, bounds, run, memory.totals);
      if (!(yield* watch(gradient, epoch, from, options))) break;
      const report = log.note(memory.totals, () => asNow().parameters);
      update(memory.network, fold.sum, to - from, scale, learningRate, kernels);
      if (report !== undefined && options.onEpoch !== undefined) {
        // The callback may look at the network as it is now.
        asNow();
        options.onEpoch(report);
      }
      takeCheckpoint(options.checkpoints, log, asNow);
    }
    log.requireFiniteParameters(asNow().parameters);
  } finally {
    workplace.release();
  }
  return log.result(log.isOver);
}

/** Takes a checkpoint if one is due. @throws DivergenceError instead of keeping numbers that are not finite */
export function takeCheckpoint(checkpoints: Checkpoints | undefined, log: Logbook, asNow: () => Network): void {
  if (checkpoints === undefined || !checkpoints.areDue(log.epoch, log.batch)) return;
  const network = asNow();
  log.requireFiniteParameters(network.parameters);
  checkpoints.take(log.position, network);
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
