/** Jobs that must end with the same bits under any number of threads. */
import * as core from "@scratch-nn/core";
import { randomStream } from "@scratch-nn/core/engine";
import * as parallel from "@scratch-nn/parallel";
import { expect } from "vitest";
import { weightsSha256 } from "./digest.ts";
import { someExamples } from "./examples.ts";
import { whenBegun } from "./when-begun.ts";

export interface Job {
  readonly name: string;
  readonly layers: readonly number[];
  /** Default relu. */
  readonly activation?: core.Activation;
  readonly m: number;
  readonly type: "bytes" | "floats";
  readonly options: core.FitOptions;
}

export const JOBS: readonly Job[] = [
  {
    name: "the notes' network, full batch, odd m",
    layers: [784, 10, 10],
    m: 1001,
    type: "bytes",
    options: { epochs: 3 },
  },
  {
    name: "mini-batches, two hidden layers",
    layers: [37, 19, 17, 5],
    m: 203,
    type: "floats",
    options: { epochs: 2, batchSize: 32 },
  },
  { name: "fewer columns than shards", layers: [13, 7, 3], m: 5, type: "floats", options: { epochs: 4 } },
  { name: "a prime number of shards", layers: [30, 20, 4], m: 211, type: "bytes", options: { epochs: 3, shards: 13 } },
  { name: "one column", layers: [3, 2, 2], m: 1, type: "floats", options: { epochs: 2, batchSize: 7 } },
  {
    name: "AdamW, mini-batches",
    layers: [37, 19, 17, 5],
    m: 203,
    type: "floats",
    options: { epochs: 2, batchSize: 32, optimizer: { name: "adamw" } },
  },
  {
    name: "AdamW, layers and biases with learning rates of their own, a decay that ends",
    layers: [37, 19, 17, 5],
    m: 203,
    type: "floats",
    options: {
      epochs: 2,
      batchSize: 32,
      optimizer: { name: "adamw", weightDecay: 0.3 },
      factors: { layers: [0.5, 2, 1], biases: 0.1 },
      decaySchedule: "flat-cosine",
    },
  },
  {
    name: "Adam with dropout that ends, mini-batches",
    layers: [37, 19, 17, 5],
    m: 203,
    type: "bytes",
    options: {
      epochs: 2,
      batchSize: 32,
      optimizer: { name: "adam" },
      dropout: { rate: 0.3, schedule: "flat-cosine" },
    },
  },
  {
    name: "RMSProp, gradients that are clipped",
    layers: [37, 19, 17, 5],
    m: 203,
    type: "floats",
    options: { epochs: 2, batchSize: 32, optimizer: { name: "rmsprop" }, clipNorm: 0.5 },
  },
  {
    name: "the notes' network, the full batch, gradients that are clipped",
    layers: [784, 10, 10],
    m: 701,
    type: "bytes",
    options: { epochs: 3, clipNorm: 0.3 },
  },
  {
    name: "dropout, the full batch, few units",
    layers: [50, 10, 4],
    m: 1100,
    type: "bytes",
    options: { epochs: 3, dropout: { rate: 0.5 } },
  },
  { name: "one shard", layers: [9, 5, 2], m: 64, type: "floats", options: { epochs: 2, shards: 1 } },
];

/** How threads share the work; none of it may change a bit. */
export interface Threads extends Pick<parallel.ParallelFitOptions, "threadsAtWork" | "update"> {
  readonly workers: number;
  readonly kernels?: core.KernelChoice;
}

/**
 * Trains once, alone, with the kernels that define the bits.
 * @returns a function that expects threads to end with them
 */
export function sameBitsAs({ layers, activation = "relu", m, type, options }: Job) {
  const examples = someExamples(layers[0], m, layers.at(-1)!, type);
  const alone = core.createNetwork({ layers, activation, seed: 11 });
  const expected = core.fit(alone, examples, { ...options, kernels: "plain" });
  return async (threads: Threads): Promise<void> => {
    const network = core.createNetwork({ layers, activation, seed: 11 });
    // As many threads as workers, on any machine: they share its cores.
    const cores = 16;
    const active = parallel.activeWorkers({ workers: threads.workers, cores }, options.shards ?? 8);
    // Without this wait, main could finish before the workers have started.
    const begun = whenBegun(active - 1);
    const onEpoch = ({ epoch }: core.EpochReport) => (epoch === 1 ? begun() : undefined);
    const result = await parallel.fit(network, examples, { ...options, ...threads, cores, onEpoch });
    expect(weightsSha256(network)).toBe(weightsSha256(alone));
    expect(result).toEqual(expected);
  };
}

const random = randomStream(1, 1);

/** Ways to choose how many threads work. */
export const AT_WORK: Readonly<Record<string, Pick<Threads, "threadsAtWork">>> = {
  "found out": {},
  all: { threadsAtWork: 16 },
  two: { threadsAtWork: 2 },
  one: { threadsAtWork: 1 },
  "another number every step": { threadsAtWork: (step) => 1 + random.below(16, step) },
};

/** The part of a run that a checkpoint keeps. */
export interface KeptPosition {
  readonly from: core.TrainingPosition;
  readonly parameters: Float32Array;
}

/**
 * Continues from each position with other numbers of workers and ways to update, and expects the result of the whole
 * run.
 */
export async function expectTheSameEnd(
  kept: readonly KeptPosition[],
  { whole, expected }: { readonly whole: core.Network; readonly expected: core.FitResult },
  examples: core.Examples,
  options: core.FitOptions,
): Promise<void> {
  for (const [step, { from, parameters }] of kept.entries()) {
    const network = core.networkOf(whole.layers, whole.activation, parameters);
    const threads = { workers: 1 + (step % 3), cores: 3, update: step % 2 === 0 ? "slices" : "main" } as const;
    expect(await parallel.fit(network, examples, { ...options, from, ...threads })).toEqual(expected);
    expect(weightsSha256(network), `from step ${from.steps} on`).toBe(weightsSha256(whole));
  }
}
