/** The three jobs that are measured: the notes' own, a mini-batch, and a wide network. */
import * as core from "@scratch-nn/core";
import { openDataset, trainingExamples } from "@scratch-nn/data";
import * as parallel from "@scratch-nn/parallel";

export interface Job {
  readonly name: "notes" | "mini" | "wide";
  readonly layers: readonly number[];
  /** Columns of a step; undefined for all of them. */
  readonly batchSize: number | undefined;
  /** Examples that are counted in one measurement, about a second's worth. */
  readonly examples: number;
}

export const JOBS: readonly Job[] = [
  { name: "notes", layers: [784, 10, 10], batchSize: undefined, examples: 1_800_000 },
  { name: "mini", layers: [784, 128, 10], batchSize: 128, examples: 240_000 },
  { name: "wide", layers: [784, 512, 512, 10], batchSize: 256, examples: 30_720 },
];

/** MNIST's training set if SCRATCH_NN_MNIST names its folder, 60,000 drawn digits otherwise. */
export async function benchExamples(): Promise<{ readonly name: string; readonly examples: core.Examples }> {
  const folder = process.env["SCRATCH_NN_MNIST"];
  const dataset = await openDataset(
    folder ?? "digits",
    folder === undefined ? { examples: 60_000, testFraction: 0 } : {},
  );
  return { name: folder === undefined ? "drawn digits" : "MNIST", examples: trainingExamples(dataset) };
}

/** The first m columns of the examples, one after another where there are not enough. */
export function firstColumns(examples: core.Examples, m: number): core.Examples {
  const from = examples.columns!;
  return { ...examples, columns: Uint32Array.from({ length: m }, (_, c) => from[c % from.length]) };
}

/**
 * Trains for a while and returns examples a second over the last third of it: what a long run goes at. Until then V8
 * compiles what steps call, in threads of its own: where all cores compute, they are taken from them.
 * @param workers 0: core alone
 * @param options.isFound whether the engine is to find out how many of them are best
 */
export async function speedOf(
  job: Job,
  examples: core.Examples,
  workers: number,
  options: { readonly kernels?: core.KernelChoice; readonly m?: number; readonly isFound?: boolean } = {},
): Promise<number> {
  const m = options.m ?? examples.columns!.length;
  // An epoch of a mini-batch job need not be all of the examples.
  const epoch =
    job.batchSize === undefined ? m : Math.min(m, Math.ceil(job.examples / 4 / job.batchSize) * job.batchSize);
  const counted = Math.max(2, Math.ceil(job.examples / epoch));
  const epochs = 3 * counted;
  const times = [performance.now()];
  const fitOptions = {
    epochs,
    ...(job.batchSize === undefined ? {} : { batchSize: job.batchSize }),
    ...(options.kernels === undefined ? {} : { kernels: options.kernels }),
    onEpoch: () => {
      times.push(performance.now());
    },
  };
  const network = core.createNetwork({ layers: job.layers });
  const part = firstColumns(examples, epoch);
  if (workers === 0) core.fit(network, part, fitOptions);
  // As many as the machine runs at a time: what a number of threads gives is measured here, unless that is to be found out.
  else {
    const atWork = options.isFound === true ? {} : { threadsAtWork: workers };
    await parallel.fit(network, part, { ...fitOptions, workers, ...atWork });
  }
  return (counted * epoch * 1000) / (times[epochs] - times[epochs - counted]);
}
