/** A long-lived worker thread: takes its shards of every step until the run is over. */
import { workerData } from "node:worker_threads";
import {
  type Activation,
  type CheckedExamples,
  chooseKernels,
  createTile,
  evaluateShard,
  finish,
  type KernelChoice,
  networkOf,
  runStart,
  type ShardEvaluation,
  type ShardTotals,
  scaleInputs,
  shardGradient,
  viewParameters,
} from "@scratch-nn/core";
import * as Comlink from "comlink";
import { reduceSlice } from "./all-reduce.ts";
import { arriveReduced, awaitPartials, awaitStep, isReleased, reportColumns } from "./barrier.ts";
import { sendErrors } from "./carry-errors.ts";
import type { TrainingMemory } from "./memory.ts";

/** What every thread of a run knows alike. */
export interface Work {
  readonly layers: readonly number[];
  readonly activation: Activation;
  readonly kernels: KernelChoice;
  readonly scale: number;
  readonly shards: number;
  /** This worker's number, from 0, and how many there are. */
  readonly worker: number;
  readonly workers: number;
}

export interface TrainingWork extends Work {
  readonly memory: TrainingMemory;
  readonly batchSize: number;
}

export interface EvaluationWork extends Work {
  readonly examples: CheckedExamples;
  readonly parameters: Float32Array;
}

const shardWorker = {
  /** Computes until main releases the barrier. The thread's event loop stands still meanwhile. */
  train(work: TrainingWork): void {
    const { memory, shards, worker, workers, batchSize } = work;
    const { control, order } = memory;
    const { network, kernels, tile, scaledW1 } = prepare(work, memory.parameters);
    const examples = { X: memory.X, labels: memory.labels, columns: order, scale: work.scale };
    const partials = memory.partials.map((partial) => viewParameters(work.layers, partial));
    const batches = Math.ceil(order.length / batchSize);
    const [firstShard, endShard] = ownShards(work);

    let batch = 0;
    for (let step = awaitStep(control, 0); step !== undefined; step = awaitStep(control, step)) {
      const from = batch * batchSize;
      const columns = Math.min(batchSize, order.length - from);
      const scaled = scaleInputs(network, work.scale, scaledW1, kernels);

      // The partial dW, db of this worker's shards.
      for (let s = firstShard; s < endShard; s++) {
        const begin = from + runStart(columns, shards, s);
        const end = from + runStart(columns, shards, s + 1);
        const shard = shardGradient(scaled, examples, order, begin, end, partials[s], tile, kernels);
        const totals = finishUnlessReleased(shard, control);
        if (totals === undefined) return;
        memory.losses[s] = totals.loss;
        memory.correct[s] = totals.correct;
      }
      // The all-reduce; main applies the update when all have arrived.
      if (!awaitPartials(control, workers, step)) return;
      reduceSlice(partials, worker, workers, kernels);
      arriveReduced(control, workers, step);
      batch = (batch + 1) % batches;
    }
  },

  /** This worker's run of the shards of an evaluation. */
  evaluate(work: EvaluationWork): ShardEvaluation[] {
    const { network, kernels, tile, scaledW1 } = prepare(work, work.parameters);
    const scaled = scaleInputs(network, work.scale, scaledW1, kernels);
    const parts: ShardEvaluation[] = [];
    const [firstShard, endShard] = ownShards(work);
    for (let s = firstShard; s < endShard; s++) {
      parts.push(finish(evaluateShard(scaled, work.examples, work.shards, s, tile, kernels)));
    }
    return parts;
  },
};

export type ShardWorker = typeof shardWorker;

/** The run of shards [first, end) that is this worker's in every step. */
function ownShards({ shards, worker, workers }: Work): [first: number, end: number] {
  return [runStart(shards, workers, worker), runStart(shards, workers, worker + 1)];
}

/** Runs a shard tile by tile, reporting progress; undefined when main released the workers on the way. */
function finishUnlessReleased(shard: Generator<number, ShardTotals>, control: Int32Array): ShardTotals | undefined {
  for (let tile = shard.next(); ; tile = shard.next()) {
    if (tile.done) return tile.value;
    reportColumns(control, tile.value);
    if (isReleased(control)) return undefined;
  }
}

function prepare(work: Work, parameters: Float32Array) {
  const network = networkOf(work.layers, work.activation, parameters);
  return {
    network,
    kernels: chooseKernels(work.kernels),
    tile: createTile(network),
    scaledW1: new Float32Array(network.W[1].length),
  };
}

sendErrors();
Comlink.expose(shardWorker, workerData.port as Comlink.Endpoint);
