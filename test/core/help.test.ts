import * as core from "@scratch-nn/core";
import * as engine from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";
import { someExamples } from "../support/examples.ts";

const SCALE = Math.fround(1 / 255);

interface Job {
  readonly name: string;
  readonly layers: readonly number[];
  readonly m: number;
  readonly shards: number;
  /** What the pieces of every thread's run are. */
  readonly of: "blocks" | "dW1";
}

const JOBS: readonly Job[] = [
  { name: "blocks of a layer by lanes", layers: [60, 10, 4], m: 500, shards: 8, of: "blocks" },
  { name: "blocks of a layer in panels", layers: [60, 33, 4], m: 3000, shards: 8, of: "blocks" },
  { name: "parts of the dW1 of one tile", layers: [200, 150, 18, 4], m: 97, shards: 2, of: "dW1" },
  { name: "parts of the dW1 of the last of several tiles", layers: [200, 150, 4], m: 1300, shards: 2, of: "dW1" },
];

/** Bytes, most of them background, of which the kernels keep lists. */
function examplesOf({ layers, m }: Job) {
  const { X, labels } = someExamples(layers[0], m, layers.at(-1)!, "bytes");
  for (let i = 0; i < X.length; i++) if (i % 3 !== 0) X[i] = 0;
  return { X, labels: Uint16Array.from(labels) };
}

/**
 * A step of two threads, in one: of each one's pieces those that `isHelped` tells are computed by the other one.
 * @returns the parameters after the update, and the shards' figures
 */
function step(job: Job, kernels: engine.KernelName, isHelped: (piece: number) => boolean) {
  const { layers, m, shards, of } = job;
  const source = engine.kernelsNamed(kernels);
  const network = core.createNetwork({ layers });
  const features = examplesOf(job);
  const shape = { layers, activation: network.activation, examples: m, batchSize: m, shards, threads: 2 };
  const { arena, regions: memory } = engine.makeWorkplace((at) => engine.layOutTraining(shape, source.layout, at), {
    shared: true,
  });
  const runs = [0, 1].map((thread) => engine.runOfThread(memory, thread, source, arena, false));
  engine.packParameters(network, memory.network, source.layout);
  engine.prepareWeights(memory.network, SCALE, runs[0].kernels);
  const [order] = memory.orders;
  order.set(order.map((_, c) => c));
  const batch = { order, from: 0, to: m, shards };
  let columns = 0;
  let takes = 0;
  for (const [thread, run] of runs.entries()) {
    expect(run.plan.pieces).toMatchObject({ of });
    const help = (piece: number): number[] => [
      ...engine.helpWith(
        memory.network,
        features,
        batch,
        memory.threads[thread],
        piece,
        runs[1 - thread],
        memory.totals,
      ),
    ];
    const take: engine.Take = function* (count) {
      expect(count).toBeGreaterThan(1);
      takes++;
      // The other thread's scratch and tile hold something else whenever it helps.
      for (let piece = 0; piece < count; piece++) {
        if (!isHelped(piece)) yield piece;
        else for (const done of help(piece)) columns += done;
      }
    };
    for (const done of engine.runGradient(memory.network, features, batch, run, memory.totals, false, take)) {
      columns += done;
    }
  }
  expect(columns).toBe(m);
  // Nobody could tell the pieces of two takings in a step apart.
  expect(takes).toBe(runs.length);
  const fold = engine.planRootFold(memory.threads, shards);
  for (const [thread, run] of runs.entries()) engine.foldRoots(fold, thread, runs.length, run.kernels);
  engine.update(memory.network, fold.sum, m, SCALE, 0.1, runs[0].kernels);
  engine.unpackParameters(memory.network, network, layers, source.layout);
  const { losses, correct } = memory.totals;
  return { parameters: network.parameters, losses: losses.slice(), correct: correct.slice() };
}

describe.each(engine.KERNEL_NAMES)("pieces that another thread computes, %s", (kernels) => {
  it.each(JOBS)("give the bits of one thread: $name", (job) => {
    const { layers, shards } = job;
    const alone = core.createNetwork({ layers });
    core.fit(alone, examplesOf(job), { epochs: 1, shards, learningRate: 0.1, kernels: "plain" });
    const own = step(job, kernels, () => false);
    expect(own.parameters).toEqual(alone.parameters);
    for (const isHelped of [() => true, (piece: number) => piece % 2 === 1, (piece: number) => piece === 0]) {
      expect(step(job, kernels, isHelped)).toEqual(own);
    }
  });
});

describe("pieces", () => {
  it("are not kept apart where they would take much memory", () => {
    const shape = { layers: [784, 512, 512, 10], examples: 60_000, batchSize: 60_000, shards: 32 };
    for (const name of engine.KERNEL_NAMES) {
      const { layout } = engine.kernelsNamed(name);
      const bytes = (threads: number): number =>
        engine.trainingBytes({ ...shape, activation: "relu", threads }, layout);
      // Not 32 partial sums of 2.7 MB, but a few for each thread.
      expect(bytes(2) - bytes(1)).toBeLessThan(24e6);
    }
  });
});
