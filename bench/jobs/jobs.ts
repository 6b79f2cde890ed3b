/** The jobs to measure: the network of the notes, a mini-batch network, a wide network, or one that the user names. */
import { createHash } from "node:crypto";
import * as core from "@scratch-nn/core";
import { openDataset, testExamples, trainingExamples } from "@scratch-nn/data";
import * as parallel from "@scratch-nn/parallel";

export interface Job {
  readonly name: string;
  readonly layers: readonly number[];
  /** Columns of a step; undefined for the full batch. */
  readonly batchSize: number | undefined;
  /** Examples to count in one measurement: about a second of work. */
  readonly examples: number;
  /** The accuracy on the test part to time a training to. */
  readonly target?: number;
}

export const JOBS: readonly Job[] = [
  { name: "notes", layers: [784, 10, 10], batchSize: undefined, examples: 1_080_000, target: 0.7 },
  { name: "mini", layers: [784, 128, 10], batchSize: 128, examples: 153_600, target: 0.95 },
  { name: "wide", layers: [784, 512, 512, 10], batchSize: 256, examples: 18_432, target: 0.93 },
];

/** Multiplications of weights and columns that one core does in about a second. */
const WORK_OF_A_SECOND = 1e10;
/** The most steps of a small network in that time: each step has a few microseconds of overhead. */
const STEPS_OF_A_SECOND = 20_000;
/** The most columns of a full batch in that time, for the same reason. */
const COLUMNS_OF_A_SECOND = 2_000_000;

/**
 * Finds a job by name, or makes one.
 * @param text a name, or LAYERS:BATCH, such as 784-64-10:32 or 784-64-10:full
 * @returns undefined if it is neither
 */
export function jobNamed(text: string): Job | undefined {
  const known = JOBS.find((job) => job.name === text);
  if (known !== undefined) return known;
  const match = /^(\d{1,6}(?:-\d{1,6})+):(\d{1,7}|full)$/.exec(text);
  if (match === null) return undefined;
  const layers = match[1].split("-").map(Number);
  const batchSize = match[2] === "full" ? undefined : Number(match[2]);
  if (layers.includes(0) || batchSize === 0 || layers.at(-1)! < 2) return undefined;
  const weights = layers.slice(1).reduce((sum, units, l) => sum + units * layers[l], 0);
  const most = batchSize === undefined ? COLUMNS_OF_A_SECOND : STEPS_OF_A_SECOND * batchSize;
  const examples = Math.max(1024, Math.min(most, Math.round(WORK_OF_A_SECOND / weights)));
  return { name: text, layers, batchSize, examples };
}

export interface BenchData {
  readonly name: string;
  readonly examples: core.Examples;
  readonly test: core.Examples;
}

/** Reads MNIST if SCRATCH_NN_MNIST names its folder; else draws 60,000 digits to train on and 10,000 to test. */
export async function benchData(): Promise<BenchData> {
  const folder = process.env["SCRATCH_NN_MNIST"];
  const dataset = await openDataset(
    folder ?? "digits",
    folder === undefined ? { examples: 70_000, testFraction: 1 / 7 } : {},
  );
  return {
    name: folder === undefined ? "drawn digits" : "MNIST",
    examples: trainingExamples(dataset),
    test: testExamples(dataset)!,
  };
}

/** Returns the training part of {@link benchData}. */
export async function benchExamples(): Promise<{ readonly name: string; readonly examples: core.Examples }> {
  return benchData();
}

/** Takes the first m columns of the examples, and repeats them if there are fewer. */
export function firstColumns(examples: core.Examples, m: number): core.Examples {
  const from = examples.columns!;
  return { ...examples, columns: Uint32Array.from({ length: m }, (_, c) => from[c % from.length]) };
}

/** Whether a job has the inputs and classes of digits. */
export const isOfDigits = ({ layers }: Pick<Job, "layers">): boolean => layers[0] === 784 && layers.at(-1) === 10;

/** Makes synthetic examples for a job whose inputs or classes are not those of digits. */
export function madeExamples({ layers }: Pick<Job, "layers">, m: number): core.Examples {
  const [inputs, classes] = [layers[0], layers.at(-1)!];
  const X = core.allocateFeatures(inputs * m);
  return {
    X: new Uint8Array(X, 0, inputs * m).map((_, i) => (i * 7919) % 251),
    labels: Uint16Array.from({ length: m }, (_, c) => c % classes),
    columns: Uint32Array.from({ length: m }, (_, c) => c),
  };
}

export interface TrainingChoice {
  readonly kernels?: core.KernelChoice;
  /** Columns to train on. */
  readonly m?: number;
  /** Whether the engine determines how many workers are best. */
  readonly isFound?: boolean;
  /** Whether to measure where the time of each thread goes. */
  readonly isProfiled?: boolean;
}

/** The measurements of a training. */
export interface Trained {
  /** Examples a second, over the last third. */
  readonly speed: number;
  /** The SHA-256 of the parameters, hexadecimal. */
  readonly sha256: string;
  /** The profile of each thread over all steps but the first, if requested; else empty. */
  readonly profile: readonly parallel.ThreadProfile[];
}

/**
 * Trains a job and measures the speed of the last third, which is that of a long run. Before that, V8's compiler
 * threads compete with the workers for cores.
 * @param workers number of workers; 0 for core alone
 */
export async function trainJob(
  job: Job,
  examples: core.Examples,
  workers: number,
  choice: TrainingChoice = {},
): Promise<Trained> {
  const m = choice.m ?? examples.columns!.length;
  // An epoch of a mini-batch job need not contain all examples.
  const epoch =
    job.batchSize === undefined ? m : Math.min(m, Math.ceil(job.examples / 4 / job.batchSize) * job.batchSize);
  const counted = Math.max(2, Math.ceil(job.examples / epoch));
  const epochs = 3 * counted;
  const times = [performance.now()];
  let profile: readonly parallel.ThreadProfile[] = [];
  const keepProfile = (threads: readonly parallel.ThreadProfile[]): void => {
    profile = threads;
  };
  const fitOptions = {
    ...optionsOf(job, epochs),
    ...(choice.kernels === undefined ? {} : { kernels: choice.kernels }),
    onEpoch: () => {
      times.push(performance.now());
    },
  };
  const network = core.createNetwork({ layers: job.layers });
  const part = firstColumns(examples, epoch);
  if (workers === 0) core.fit(network, part, fitOptions);
  else {
    // `threadsAtWork` fixes the number of active threads, unless the engine is to determine it.
    await parallel.fit(network, part, {
      ...fitOptions,
      workers,
      ...(choice.isFound === true ? {} : { threadsAtWork: workers }),
      ...(choice.isProfiled === true ? { onProfile: keepProfile } : {}),
    });
  }
  const speed = (counted * epoch * 1000) / (times[epochs] - times[epochs - counted]);
  return { speed, sha256: sha256Of(network), profile };
}

/** Returns the examples a second of {@link trainJob}. */
export async function speedOf(
  job: Job,
  examples: core.Examples,
  workers: number,
  choice: TrainingChoice = {},
): Promise<number> {
  return (await trainJob(job, examples, workers, choice)).speed;
}

/** The options of a job: its batch size, and the default learning rate. */
export function optionsOf(job: Job, epochs: number): core.FitOptions {
  return { epochs, ...(job.batchSize === undefined ? {} : { batchSize: job.batchSize }) };
}

export function sha256Of({ parameters }: core.Network): string {
  return createHash("sha256").update(parameters).digest("hex");
}
