/** A training run with everything around it: data, memory, checkpoints, signals, results. */
import { availableParallelism } from "node:os";
import {
  createNetwork,
  DivergenceError,
  type Evaluation,
  encodeModel,
  type FitResult,
  InputError,
  type Network,
  planTraining,
  type TrainingPlan,
} from "@scratch-nn/core";
import { type Dataset, isSourceName, openDataset, testExamples, trainingExamples } from "@scratch-nn/data";
import type { Setback } from "@scratch-nn/parallel";
import { type Checkpoint, encodeCheckpoint } from "../checkpoint/checkpoint.ts";
import { CheckpointStore } from "../checkpoint/checkpoint-store.ts";
import { Checkpointing } from "../checkpoint/checkpointing.ts";
import { mirrors } from "../options/mirrors.ts";
import { configOf } from "../options/run-config.ts";
import { tableOptionsOf } from "../options/table-flags.ts";
import type { TrainOptions } from "../options/train-options.ts";
import { EXIT } from "../output/exit.ts";
import { readingProgress, trainingProgress } from "../output/progress.ts";
import { colorsFor, table, warning } from "../output/report.ts";
import { describePlan, describeResult, rowsOf, type Summary, summarise } from "../output/train-report.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { Interrupts } from "./interrupts.ts";
import { describeMemory, planMemory, requireMemory, requireRoom } from "./memory-plan.ts";
import type { RunFolder } from "./run-folder.ts";
import { evaluate, fit } from "./train-run.ts";

/** A run once its data are there. */
interface Run {
  readonly folder: RunFolder;
  readonly options: TrainOptions;
  readonly dataset: Dataset;
  readonly network: Network;
  readonly plan: TrainingPlan;
  readonly store: CheckpointStore;
  readonly interrupts: Interrupts;
}

/** Where a run goes on, in the folder that it began in. */
export interface Resumed {
  /** Undefined where none is intact: it begins anew. */
  readonly checkpoint: Checkpoint | undefined;
  readonly store: CheckpointStore;
}

/**
 * Trains and keeps what comes out of it.
 * @throws InputError when the data are not those of the checkpoint, or do not fit into memory
 */
export async function trainInto(
  folder: RunFolder,
  options: TrainOptions,
  interrupts: Interrupts,
  resumed?: Resumed,
): Promise<void> {
  const store = resumed?.store ?? new CheckpointStore(folder.checkpoints, options.keepCheckpoints);
  try {
    await run(folder, options, resumed?.checkpoint, store, interrupts);
  } catch (error) {
    if (store.newest === undefined) await folder.discard();
    else if (error instanceof DivergenceError) {
      process.stderr.write(`${warning(`the checkpoints in ${store.folder} are from before that`)}\n`);
    }
    throw error;
  }
}

async function run(
  folder: RunFolder,
  options: TrainOptions,
  checkpoint: Checkpoint | undefined,
  store: CheckpointStore,
  interrupts: Interrupts,
): Promise<void> {
  const dataset = await open(options);
  const layers = [dataset.inputs, ...options.hidden, dataset.classes.length];
  const fingerprint = await fingerprintOf(dataset);
  if (checkpoint !== undefined) requireSameData(checkpoint, fingerprint, options.data, folder.path);
  const { activation, init, seed } = options;
  const network = checkpoint?.network ?? createNetwork({ layers, activation, init, seed });
  const examples = trainingExamples(dataset);
  const fitOptions = {
    epochs: options.epochs,
    batchSize: options.batchSize,
    learningRate: options.lr,
    seed: options.seed,
    kernels: options.kernels,
    ...(options.shards === undefined ? {} : { shards: options.shards }),
    ...(checkpoint === undefined ? {} : { from: checkpoint.position }),
  };
  const plan = planTraining(network, examples, fitOptions);

  const config = configOf(options, !isSourceName(options.data), plan.shards);
  const { workers, kernels } = options;
  const settings = { ...config, workers, kernels, layers: network.layers, classes: dataset.classes };
  await folder.write({ "config.json": json(settings) }, newestOf(store));

  if (!options.quiet) process.stderr.write(`${describePlan(dataset, network, plan, options)}\n\n`);
  const progress = trainingProgress(plan, options.quiet);
  const checkpointing = new Checkpointing(
    store,
    options.checkpointEvery,
    (position, now) => encodeCheckpoint({ config, fingerprint, position, network: now }),
    (error) => progress.say(warning(`a checkpoint could not be written: ${error.message}; ${newestOf(store)}`)),
  );
  interrupts.onFirst((signal) => {
    progress.end();
    process.stderr.write(`${signal}: saving what there is; once more to leave at once\n`);
  });
  const start = performance.now();
  let result: FitResult;
  try {
    result = await fit(
      network,
      examples,
      {
        ...fitOptions,
        checkpoints: checkpointing,
        onEpoch: (report) => progress.after(report),
        onProgress: (now) => progress.during(now),
        onSetback: (setback) => progress.say(warning(describeSetback(setback))),
        signal: interrupts.signal,
      },
      options.workers,
    );
  } finally {
    progress.end();
    await checkpointing.settle();
  }
  const seconds = (performance.now() - start) / 1000;
  await checkpointing.finish(result.position, network);
  await conclude({ folder, options, dataset, network, plan, store, interrupts }, result, seconds);
  if (checkpointing.failed) process.exitCode ??= EXIT.failure;
}

/** Tests, keeps model and metrics, and says what came out. */
async function conclude(run: Run, result: FitResult, seconds: number): Promise<void> {
  const { folder, options, dataset, network, plan, store, interrupts } = run;
  const goOn = `go on with: pnpm train --resume ${folder.path}`;
  interrupts.onFirst((signal, exitCode) => {
    process.stderr.write(`${signal}: the training is saved; ${goOn}\n`);
    process.exit(exitCode);
  });
  const heldBack = testExamples(dataset);
  // After an interrupt there is no time for more than saving.
  const isTested = result.completed && heldBack && interrupts.exitCode === undefined;
  const test = isTested ? await evaluate(network, heldBack, options, options.workers) : undefined;
  const summary = summarise(dataset, network, plan, options, result, seconds, test);
  const out = folder.path;
  const kept = folder.write(
    {
      "model.safetensors": encodeModel({
        network,
        classes: dataset.classes,
        preprocessing: dataset.preprocessing,
        label: dataset.label,
      }),
      "metrics.json": json({
        ...summary,
        out,
        epochReports: result.epochs,
        confusion: test ? rowsOf(test, dataset.classes.length) : null,
      }),
    },
    newestOf(store),
  );
  // What was learnt is told even if it could not be kept.
  const isKept = await kept.then(
    () => true,
    () => false,
  );
  process.stdout.write(report(run, result, summary, test, isKept ? out : undefined));
  await kept;
  if (interrupts.exitCode !== undefined) {
    process.stderr.write(
      `stopped after ${result.epochs.length} of ${plan.epochs} epochs; the network as it is now is in ${out}\n${goOn}\n`,
    );
    process.exitCode = interrupts.exitCode;
  }
}

function report(
  { options, dataset }: Run,
  result: FitResult,
  summary: Summary,
  test: Evaluation | undefined,
  out: string | undefined,
): string {
  if (options.json) return `${JSON.stringify({ ...summary, out: out ?? null })}\n`;
  return `${describeResult(dataset, result, summary, test, out)}\n`;
}

async function open(options: TrainOptions): Promise<Dataset> {
  const reading = readingProgress(options.quiet);
  try {
    return await openDataset(options.data, {
      examples: options.examples,
      testFraction: options.testFraction,
      label: options.label,
      scale: options.scale,
      drop: options.drop,
      categorical: options.categorical,
      numeric: options.numeric,
      ...tableOptionsOf(options),
      onGrow: requireRoom,
      seed: options.seed,
      threads: Math.max(1, Math.min(options.workers, availableParallelism())),
      mirrors: mirrors(),
      onProgress: reading.show,
      onAllocate(size) {
        const memory = planMemory(size, options);
        requireMemory(memory);
        if (!options.quiet)
          process.stderr.write(`${table([["memory  ", describeMemory(memory)]], colorsFor(process.stderr))}\n`);
      },
    });
  } finally {
    reading.end();
  }
}

function requireSameData(checkpoint: Checkpoint, fingerprint: string, data: string, run: string): void {
  if (checkpoint.fingerprint === fingerprint) return;
  throw new InputError({
    where: "--resume",
    expected: `the data that ${run} was trained on (SHA-256 ${checkpoint.fingerprint.slice(0, 16)}...)`,
    found: `other examples in ${data} (SHA-256 ${fingerprint.slice(0, 16)}...)`,
    remedy: "put the data back as they were, or start a new run without --resume",
  });
}

function describeSetback({ worker, reason, epoch, step }: Setback): string {
  return `worker ${worker} ${reason}; it is replaced, and step ${step} of epoch ${epoch} computed again`;
}

function newestOf(store: CheckpointStore): string {
  return store.newest === undefined ? "nothing was left there" : `the newest checkpoint is ${store.newest}`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
