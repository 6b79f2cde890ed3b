/** Jobs that must end with the same bits under any number of threads. */
import * as core from "@scratch-nn/core";
import { Arena, layOutUnits, mostThreads, planTraining, randomStream, shapeOf } from "@scratch-nn/core/engine";
import * as parallel from "@scratch-nn/parallel";
import { expect } from "vitest";
import { weightsSha256 } from "./digest.ts";
import { examplesFor } from "./losses.ts";
import { whenBegun } from "./when-begun.ts";

export interface Job {
  readonly name: string;
  readonly layers: readonly number[];
  /** Default relu. */
  readonly activation?: core.Activation;
  /** Default softmax. */
  readonly output?: core.Output;
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

/** A job whose steps are cut by units where `update` asks for it, or with `auto` because that pays. */
interface UnitJob extends Job {
  readonly update: "units" | "auto";
  /** The ways to choose how many threads work that the quick tests try, besides another number in every step. */
  readonly inQuick: readonly ("found out" | "all")[];
}

export const UNIT_JOBS: readonly UnitJob[] = [
  {
    name: "three hidden layers, a last batch of one column",
    layers: [37, 50, 35, 21, 5],
    m: 145,
    type: "floats",
    options: { epochs: 4, batchSize: 48 },
    update: "units",
    inQuick: ["all"],
  },
  {
    name: "tanh, sigmoids with label smoothing, three shards, a smaller last batch",
    layers: [131, 77, 50, 3],
    activation: "tanh",
    output: "sigmoid",
    m: 331,
    type: "bytes",
    options: { epochs: 6, batchSize: 202, shards: 3, loss: { name: "cross-entropy", labelSmoothing: 0.2 } },
    update: "units",
    inQuick: [],
  },
  {
    name: "GELU, AdamW with learning rates by part, full tiles, label smoothing",
    layers: [34, 90, 7],
    activation: "gelu",
    m: 257,
    type: "floats",
    options: {
      epochs: 6,
      batchSize: 256,
      optimizer: { name: "adamw", weightDecay: 0.3 },
      factors: { layers: [0.5, 2], biases: 0.1 },
      loss: { name: "cross-entropy", labelSmoothing: 0.1 },
    },
    update: "units",
    inQuick: ["found out"],
  },
  {
    name: "quantities with Huber's loss, one shard, a layer of one unit, momentum",
    layers: [149, 40, 1, 18],
    output: "identity",
    m: 75,
    type: "bytes",
    options: {
      epochs: 6,
      batchSize: 64,
      shards: 1,
      optimizer: { name: "momentum" },
      loss: { name: "huber", delta: 0.75 },
    },
    update: "units",
    inQuick: [],
  },
  {
    name: "a wide network, whose steps are cut by units from four threads on",
    layers: [201, 650, 10],
    m: 44,
    type: "bytes",
    options: { epochs: 4, batchSize: 16, optimizer: { name: "adam" } },
    update: "auto",
    inQuick: ["all"],
  },
];

/** How threads share the work; none of it may change a bit. */
export interface Threads extends Pick<parallel.ParallelFitOptions, "threadsAtWork" | "update" | "onSpans"> {
  readonly workers: number;
  readonly kernels?: core.KernelChoice;
}

/** A network and examples of the job. */
function materialOf({ layers, activation = "relu", output = "softmax", m, type }: Job) {
  return {
    newNetwork: () => core.createNetwork({ layers, activation, output, seed: 11 }),
    examples: examplesFor({ output, outputs: layers.at(-1)! }, layers[0], m, type),
  };
}

/** As many threads as workers, on any machine: they share its cores. */
const CORES = 16;

/** How a run of that job is planned. */
function planOf(job: Job, { workers, update = "auto", kernels = "auto" }: Threads) {
  const { newNetwork, examples } = materialOf(job);
  const network = newNetwork();
  const plan = planTraining(network, examples, { ...job.options, kernels });
  const { layout } = plan.kernels;
  const most = mostThreads(shapeOf(network, plan, { threads: 1, update }), layout);
  const threads = parallel.activeWorkers({ workers, cores: CORES }, most);
  return { threads, shape: shapeOf(network, plan, { threads, update }), layout };
}

/** The fewest threads at work that cut a step of that job by units; undefined if it is always cut by columns. */
export function fewestThreadsOnUnits(job: Job, threads: Threads): number | undefined {
  const { shape, layout } = planOf(job, threads);
  const units = layOutUnits(shape, layout, new Arena({ memory: new ArrayBuffer(0), begin: 0 }));
  if (units === undefined) return undefined;
  const plans = Array.from({ length: shape.threads + 1 }, (_, k) => units.planOf(k));
  const fewest = plans.findIndex((plan) => plan !== undefined);
  // Every larger number cuts it so as well.
  expect(plans.slice(fewest).filter((plan) => plan === undefined)).toEqual([]);
  return fewest;
}

/**
 * Trains once, alone, with the kernels that define the bits.
 * @returns a function that expects threads to end with them
 */
export function sameBitsAs(job: Job) {
  const { options } = job;
  const { newNetwork, examples } = materialOf(job);
  const alone = newNetwork();
  const expected = core.fit(alone, examples, { ...options, kernels: "plain" });
  return async (threads: Threads): Promise<void> => {
    const network = newNetwork();
    // Without this wait, main could finish before the workers have started.
    const begun = whenBegun(planOf(job, threads).threads - 1);
    const onEpoch = ({ epoch }: core.EpochReport) => (epoch === 1 ? begun() : undefined);
    const result = await parallel.fit(network, examples, { ...options, ...threads, cores: CORES, onEpoch });
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
