/** A long-lived worker thread: takes its shards of every step until the run is over. */
import { parentPort } from "node:worker_threads";
import { networkOf } from "@scratch-nn/core";
import {
  Arena,
  type ArenaPlace,
  type Batch,
  type CheckedExamples,
  evaluateShard,
  fetchAhead,
  finish,
  foldRoots,
  type KernelName,
  kernelsNamed,
  layOutEvaluation,
  loadAhead,
  makeWorkplace,
  orderOf,
  packParameters,
  planRootFold,
  prepareWeights,
  runOfThread,
  runStart,
  type ShardEvaluation,
  type TrainingShape,
} from "@scratch-nn/core/engine";
import * as Comlink from "comlink";
import { arrive, awaitAll, awaitStep, isReleased, reportColumns } from "./barrier.ts";
import { sendErrors } from "./carry-errors.ts";
import type { Hello } from "./crew.ts";
import { layOutShared } from "./memory.ts";
import { NextOrder, type OrderPlan, type Place } from "./orders.ts";
import { shareOfStep } from "./pieces.ts";
import { Stopwatch } from "./profile.ts";

/** What every thread of a run knows alike. */
export interface TrainingWork {
  readonly shape: TrainingShape;
  readonly ordering: OrderPlan;
  readonly kernels: KernelName;
  readonly place: ArenaPlace;
  readonly holdsFeatures: boolean;
  /** Whether to note where the time goes. */
  readonly profiles: boolean;
  readonly X: Uint8Array | Float32Array;
  readonly labels: Uint16Array;
}

export interface EvaluationWork {
  readonly layers: TrainingShape["layers"];
  readonly activation: TrainingShape["activation"];
  readonly parameters: Float32Array;
  readonly kernels: KernelName;
  readonly examples: CheckedExamples;
  readonly shards: number;
  /** This thread's number, and how many there are. */
  readonly thread: number;
  readonly threads: number;
}

const shardWorker = {
  /**
   * Computes until main releases the barrier. The thread's event loop stands still meanwhile.
   * @param first the first step
   */
  train(work: TrainingWork, thread: number, first: Place): void {
    const { shape, ordering, kernels, place, holdsFeatures, profiles, X, labels } = work;
    const { batchSize, examples, shards, threads } = shape;
    const { epochs, batchesPerEpoch } = ordering;
    const arena = new Arena(place);
    const memory = layOutShared(shape, kernels, arena);
    const { control } = memory;
    const watch = new Stopwatch(profiles ? memory.times[thread] : undefined);
    const run = watch.timed(runOfThread(memory, thread, kernelsNamed(kernels), arena, holdsFeatures));
    const fold = planRootFold(memory.threads, shards);
    const features = { X, labels };
    const share = { memory, thread, run, features, watch };
    const nextOrder = new NextOrder(ordering, memory);
    const batchOf = ({ epoch, batch }: Place): Batch => {
      const from = batch * batchSize;
      return { order: orderOf(memory, epoch), from, to: Math.min(from + batchSize, examples), shards };
    };

    let at = first;
    let loaded = false;
    const next = (last: number): number | undefined => watch.wait(() => awaitStep(control, last));
    for (let step = next(0); step !== undefined; step = next(step)) {
      // The partial dW, db of this thread's shards.
      const tiles = shareOfStep(share, batchOf(at), step, loaded);
      let sum = 0;
      reportColumns(control, thread, sum);
      for (const columns of tiles) {
        sum += columns;
        reportColumns(control, thread, sum);
        if (isReleased(control)) return;
      }
      arrive(control, thread);
      // The all-reduce: this thread's slice of what is left of the tree.
      const summed = step;
      if (!watch.wait(() => awaitAll(control, threads, summed, "partials"))) return;
      foldRoots(fold, thread, threads, run.kernels);
      arrive(control, thread);
      if (step === 1) watch.startAgain();

      // While main updates the weights: the next examples.
      const done = at;
      at = done.batch + 1 < batchesPerEpoch ? { ...done, batch: done.batch + 1 } : { epoch: done.epoch + 1, batch: 0 };
      loaded = at.epoch <= epochs;
      if (!loaded) continue;
      const ahead = batchOf(at);
      loadAhead(memory.network, features, ahead, run);
      if (thread === 1) fetchAhead(features, shape.layers[0], ahead, memory.threads[0]);
      if (thread === threads - 1) nextOrder.drawAfter(done);
    }
    watch.stop();
  },

  /** This thread's run of the shards of an evaluation. */
  evaluate(work: EvaluationWork): ShardEvaluation[] {
    const { examples, shards, thread, threads } = work;
    const network = networkOf(work.layers, work.activation, work.parameters);
    const { layout, bind } = kernelsNamed(work.kernels);
    const { arena, regions: memory } = makeWorkplace(
      (at) => layOutEvaluation(network, examples.columns.length, layout, at),
      { shared: false },
    );
    const kernels = bind(arena, memory.scratch, false);
    memory.order.set(examples.columns);
    packParameters(network, memory.network, layout);
    prepareWeights(memory.network, examples.scale, kernels);
    const parts: ShardEvaluation[] = [];
    for (let s = runStart(shards, threads, thread); s < runStart(shards, threads, thread + 1); s++) {
      parts.push(finish(evaluateShard(memory, examples, shards, s, kernels)));
    }
    return parts;
  },
};

export type ShardWorker = typeof shardWorker;

sendErrors();
parentPort?.once("message", ({ port, up }: Hello) => {
  Atomics.store(up, 0, 1);
  Comlink.expose(shardWorker, port as Comlink.Endpoint);
});
