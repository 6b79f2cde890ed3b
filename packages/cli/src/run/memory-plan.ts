/** Estimates a run's memory, and checks it before the run allocates any. */
import { InputError } from "@scratch-nn/core";
import {
  bytesOf,
  chooseKernels,
  defaultShards,
  evaluationBytes,
  layOutUnits,
  MOST_ARENA_BYTES,
  parameterCount,
  trainingBytes,
} from "@scratch-nn/core/engine";
import type { DatasetSize } from "@scratch-nn/data";
import { isWorthThreads } from "@scratch-nn/parallel/engine";
import { activeThreadsOf } from "../options/active-threads.ts";
import { slotsOf } from "../options/optimizer-flags.ts";
import type { TrainOptions } from "../options/train-options.ts";
import { binsOf } from "../options/trial-flags.ts";
import { thousands } from "../output/report.ts";
import { type AvailableMemory, availableMemory } from "./available-memory.ts";

/** The memory of a Node thread with its code: measured 30 to 40 MB. */
const WORKER_BYTES = 40e6;
/** Used before the labels are read; a class more or less makes little difference. */
const USUAL_CLASSES = 10;

/** The process's memory before it reads anything. */
const AT_START = process.memoryUsage.rss();

export interface MemoryPlan {
  /** The process's memory now. Half of what reading a table took is released before training: measured. */
  readonly begun: number;
  /** Features and labels. */
  readonly dataset: number;
  /** Parameters, partial sums and tiles of all threads. */
  readonly training: number;
  /**
   * The network, and the copies of its parameters and of the optimiser's arrays: for checkpoints, the model file, and
   * each thread that evaluates.
   */
  readonly results: number;
  /** The upper limit of the kernels' memory. */
  readonly mostTraining: number;
  readonly workers: number;
  readonly available: AvailableMemory;
}

/** @param cores default: the machine's */
export function planMemory(
  { bytes, inputs, examples, classes }: DatasetSize,
  options: TrainOptions,
  cores?: number,
): MemoryPlan {
  const { hidden, activation, workers, update } = options;
  const batchSize = options.batchSize === "full" ? examples : Math.min(examples, options.batchSize);
  const shards = options.shards ?? defaultShards(batchSize);
  const layers = [inputs, ...hidden, classes ?? USUAL_CLASSES];
  const slots = slotsOf(options);
  const { validationFraction: fraction } = options;
  const validation =
    fraction === undefined ? {} : { validation: { examples: Math.round(examples * fraction), isOtherType: false } };
  const regularised = { dropout: options.dropout !== undefined, clips: options.clipNorm !== undefined };
  const step = { layers, activation, examples, batchSize, shards, update, slots, ...regularised, ...validation };
  const kernels = chooseKernels(options.kernels);
  const threads = Math.max(
    1,
    activeThreadsOf({ workers, ...(cores !== undefined && { cores }) }, step, kernels.layout).count,
  );
  const shape = { ...step, threads };
  const units = bytesOf((arena) => layOutUnits(shape, kernels.layout, arena));
  const parameters = parameterCount(layers);
  const network = 4 * parameters;
  const kept = options.keep === "best" || options.averageFrom !== undefined ? 1 : 0;
  // The last checkpoint and the model file are made while the network is in memory; threads evaluate after that.
  // Evaluation has fewer examples than training.
  const evaluators = isWorthThreads(examples / 4, parameters) ? threads - 1 : 0;
  const evaluation = evaluators * (evaluationBytes({ layers, activation }, kernels.layout) + network);
  return {
    begun: (AT_START + process.memoryUsage.rss()) / 2,
    dataset: copiesOf({ bytes, inputs, examples }, options) * bytes + 2 * examples,
    training: trainingBytes(shape, kernels.layout) + units,
    results: network + Math.max(2 * (1 + slots + kept) * network, evaluation) + 2 * kept * network,
    mostTraining: kernels.name === "plain" ? Number.POSITIVE_INFINITY : MOST_ARENA_BYTES,
    workers: threads - 1,
    available: availableMemory(),
  };
}

/**
 * The number of feature matrices. Each fold has its own encoders, unless the features are bytes or the networks become
 * one model.
 */
function copiesOf(
  { bytes, inputs, examples }: Pick<DatasetSize, "bytes" | "inputs" | "examples">,
  options: TrainOptions,
): number {
  const { folds, ensemble } = options;
  const areBytes = bytes === inputs * examples;
  // A second matrix holds the inputs without bins; it is smaller.
  const each = binsOf(options) > 0 && !areBytes ? 2 : 1;
  return folds === undefined || ensemble || areBytes ? each : 1 + each * folds;
}

/** Estimates parallel runs, one per thread, each with its own network. */
export function planTrialsMemory(size: DatasetSize, largest: TrainOptions, threads: number): MemoryPlan {
  const one = planMemory(size, { ...largest, workers: 0 });
  const runs = Math.max(1, threads);
  return {
    ...one,
    training: runs * one.training,
    results: runs * one.results,
    mostTraining: runs * one.mostTraining,
    workers: threads,
  };
}

/** The memory still to be allocated. */
function wantedBytes({ dataset, training, results, workers }: MemoryPlan): number {
  return dataset + training + results + workers * WORKER_BYTES;
}

export function describeMemory(plan: MemoryPlan): string {
  const { begun, dataset, training, results, workers, available } = plan;
  const parts = [
    `dataset ${megabytes(dataset)}`,
    `parameters, partial sums and tiles ${megabytes(training)}`,
    `results ${megabytes(results)}`,
    ...(workers === 0
      ? []
      : [`${workers === 1 ? "1 worker" : `${workers} workers`} ${megabytes(workers * WORKER_BYTES)}`]),
  ];
  return `${parts.join(", ")}; ${megabytes(begun + wantedBytes(plan))} in all, ${megabytes(available.bytes)} available`;
}

/**
 * @returns a warning where the run may not fit
 * @throws InputError with both figures when it does not
 */
export function requireMemory(plan: MemoryPlan): string | undefined {
  const { dataset, training, mostTraining, available } = plan;
  const all = wantedBytes(plan);
  const wanted = `${megabytes(all)} for the run (${megabytes(dataset)} of them for the dataset)`;
  if (all > available.bytes && available.isSure) {
    throw new InputError({
      where: "memory",
      expected: wanted,
      found: `${megabytes(available.bytes)} available`,
      remedy: "take fewer --examples, smaller --hidden layers or fewer --workers",
    });
  }
  if (training > mostTraining) {
    throw new InputError({
      where: "memory",
      expected: `at most ${megabytes(mostTraining)} of parameters, partial sums and tiles, all that a WebAssembly memory holds`,
      found: megabytes(training),
      remedy:
        "take smaller --hidden layers or fewer --workers; --kernels plain has no such limit, and is many times slower",
    });
  }
  if (all <= available.bytes) return undefined;
  return `memory: ${wanted}, and ${megabytes(available.bytes)} are free; caches may give more, or the run may be killed`;
}

/** The amount read between two checks. */
const LOOK_BYTES = 64e6;
let looked = 0;

/**
 * Stops reading a table that will not fit, before the machine runs out of memory.
 * @param bytes of cells read so far; features of about that size follow
 * @throws InputError with both figures
 */
export function requireRoom(bytes: number): void {
  if (bytes < looked) looked = 0;
  if (bytes - looked < LOOK_BYTES) return;
  looked = bytes;
  const available = availableMemory();
  if (!available.isSure || available.bytes > bytes) return;
  throw new InputError({
    where: "memory",
    expected: `room for the features of the ${megabytes(bytes)} of cells read so far`,
    found: `${megabytes(available.bytes)} available`,
    remedy: "take fewer with --examples, or leave columns out of the file",
  });
}

const megabytes = (bytes: number): string => `${thousands(Math.ceil(bytes / 1e6))} MB`;
