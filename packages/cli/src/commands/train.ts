/** `train`: from data to a trained network. */
import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import {
  chooseKernels,
  createNetwork,
  type Evaluation,
  encodeModel,
  type FitResult,
  type Network,
  parameterBytes,
  planTraining,
  type TrainingPlan,
} from "@scratch-nn/core";
import { type Dataset, openDataset, testExamples, trainingExamples } from "@scratch-nn/data";
import { activeWorkers } from "@scratch-nn/parallel";
import { Command } from "commander";
import { Interrupts } from "../interrupts.ts";
import { readingProgress, trainingProgress } from "../progress.ts";
import { colorsFor, confusionTable, percent, sparkline, table, thousands } from "../report.ts";
import { defaultRunPath, RunFolder, requireNewFolder } from "../run-folder.ts";
import { addTrainOptions, type TrainOptions } from "../train-options.ts";
import { evaluate, fit } from "../train-run.ts";

export function trainCommand(): Command {
  return addTrainOptions(new Command("train"))
    .description("train a network and keep it")
    .allowExcessArguments(false)
    .action(async (options: TrainOptions) => train(options));
}

async function train(options: TrainOptions): Promise<void> {
  if (options.out !== undefined) await requireNewFolder(options.out);
  const folder = await RunFolder.claim(options.out ?? defaultRunPath(options.data));
  try {
    await trainInto(folder, options);
  } finally {
    await folder.discard();
  }
}

async function trainInto(folder: RunFolder, options: TrainOptions): Promise<void> {
  const dataset = await open(options);
  const layers = [dataset.inputs, ...options.hidden, dataset.classes.length];
  const network = createNetwork({ layers, ...options });
  const examples = trainingExamples(dataset);
  const fitOptions = {
    epochs: options.epochs,
    batchSize: options.batchSize,
    learningRate: options.lr,
    seed: options.seed,
    kernels: options.kernels,
    ...(options.shards === undefined ? {} : { shards: options.shards }),
  };
  const plan = planTraining(network, examples, fitOptions);
  const interrupts = new Interrupts();
  if (!options.quiet) process.stderr.write(`${describePlan(dataset, network, plan, options)}\n\n`);

  const progress = trainingProgress(plan.epochs, dataset.train.length, options.quiet);
  const start = performance.now();
  let result: FitResult;
  try {
    result = await fit(
      network,
      examples,
      {
        ...fitOptions,
        onEpoch: (report) => progress.after(report),
        onProgress: (now) => progress.during(now),
        signal: interrupts.signal,
      },
      options.workers,
    );
  } finally {
    progress.end();
    interrupts.dispose();
  }
  const seconds = (performance.now() - start) / 1000;
  const heldBack = testExamples(dataset);
  // After an interrupt there is no time for more than saving.
  const test = result.completed && heldBack ? await evaluate(network, heldBack, options, options.workers) : undefined;
  const summary = summarise(dataset, network, plan, options, result, seconds, test);

  const out = await folder.keep((path) => ({
    "model.safetensors": encodeModel({ network, classes: dataset.classes, scaling: dataset.scaling }),
    "config.json": json({
      ...options,
      out: path,
      layers: network.layers,
      shards: plan.shards,
      classes: dataset.classes,
    }),
    "metrics.json": json({
      ...summary,
      out: path,
      epochReports: result.epochs,
      confusion: test ? rowsOf(test, dataset.classes.length) : null,
    }),
  }));
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ ...summary, out })}\n`
      : `${describeResult(dataset, result, summary, test, out)}\n`,
  );
  if (interrupts.exitCode !== undefined) {
    process.stderr.write(
      `stopped after ${result.epochs.length} of ${plan.epochs} epochs; the network as it is now is in ${out}\n`,
    );
    process.exitCode = interrupts.exitCode;
  }
}

async function open(options: TrainOptions): Promise<Dataset> {
  const reading = readingProgress(options.quiet);
  try {
    return await openDataset(options.data, {
      examples: options.examples,
      testFraction: options.testFraction,
      label: options.label,
      seed: options.seed,
      threads: Math.max(1, Math.min(options.workers, availableParallelism())),
      mirrors: process.env["SCRATCH_NN_MIRRORS"]?.split(/\s+/).filter((mirror) => mirror !== ""),
      onProgress: reading.show,
    });
  } finally {
    reading.end();
  }
}

function describePlan(dataset: Dataset, network: Network, plan: TrainingPlan, options: TrainOptions): string {
  const { inputs, train, test, classes } = dataset;
  const rows: [string, string][] = [
    [
      "data",
      `${dataset.name}: ${thousands(train.length)} examples to train on, ${thousands(test.length)} to test on; ${inputs} features, ${classes.length} classes`,
    ],
    ...dataset.remarks.map((remark): [string, string] => ["", remark]),
    [
      "network",
      `${network.layers.join("-")}, ${network.activation}, ${options.init} initialisation; ${thousands(network.parameters.length)} parameters`,
    ],
    [
      "training",
      `${plan.epochs} epochs of ${plan.batchesPerEpoch} ${plan.batchesPerEpoch === 1 ? "step" : "steps"} of ${thousands(plan.batchSize)}, learning rate ${plan.learningRate}, seed ${plan.seed}`,
    ],
    ["shards", `${plan.shards} a step`],
    ["workers", describeWorkers(options.workers, plan.shards)],
    ["kernels", chooseKernels(options.kernels).name],
  ];
  return table(rows, colorsFor(process.stderr));
}

function describeWorkers(workers: number, shards: number): string {
  if (workers === 0) return "none: on the main thread";
  const active = activeWorkers({ workers }, shards);
  if (active === workers) return String(workers);
  const cores = availableParallelism();
  return `${workers}, ${active} at work: ${active === cores ? `${cores} ${cores === 1 ? "core" : "cores"}` : `${shards} shards`}`;
}

/** What `--json` prints, but for where it was saved. */
function summarise(
  dataset: Dataset,
  network: Network,
  plan: TrainingPlan,
  options: TrainOptions,
  result: FitResult,
  seconds: number,
  test: Evaluation | undefined,
) {
  const last = result.epochs.at(-1);
  return {
    data: dataset.name,
    examples: dataset.train.length,
    testExamples: dataset.test.length,
    layers: network.layers,
    activation: network.activation,
    init: options.init,
    epochs: result.epochs.length,
    batchSize: options.batchSize,
    learningRate: plan.learningRate,
    seed: plan.seed,
    workers: options.workers,
    activeWorkers: options.workers === 0 ? 0 : activeWorkers({ workers: options.workers }, plan.shards),
    shards: plan.shards,
    kernels: plan.kernels.name,
    node: process.versions.node,
    seconds,
    examplesPerSecond: (result.epochs.length * dataset.train.length) / seconds,
    trainLoss: last?.loss ?? null,
    trainAccuracy: last?.accuracy ?? null,
    testLoss: test?.loss ?? null,
    testAccuracy: test?.accuracy ?? null,
    weightsSha256: createHash("sha256").update(parameterBytes(network)).digest("hex"),
    completed: result.completed,
  };
}

type Summary = ReturnType<typeof summarise>;

function describeResult(
  dataset: Dataset,
  result: FitResult,
  summary: Summary,
  test: Evaluation | undefined,
  out: string,
): string {
  const colors = colorsFor(process.stdout);
  const losses = result.epochs.map(({ loss }) => loss);
  const last = result.epochs.at(-1);
  const rows: [string, string][] = [
    ...(last === undefined
      ? []
      : ([
          ["loss", `${sparkline(losses)}  ${losses[0].toFixed(4)} -> ${last.loss.toFixed(4)}`],
          ["train accuracy", percent(last.accuracy)],
        ] satisfies [string, string][])),
    ["test accuracy", test ? colors.bold(percent(test.accuracy)) : "no test examples"],
    ["speed", `${thousands(summary.examplesPerSecond)} examples/s, ${summary.seconds.toFixed(1)} s`],
    ["weights SHA-256", summary.weightsSha256],
    ["saved in", out],
  ];
  const matrix = test ? `\n\n${confusionTable(test, dataset.classes, colors)}` : "";
  return `${table(rows, colors)}${matrix}`;
}

function rowsOf(test: Evaluation, classes: number): number[][] {
  return Array.from({ length: classes }, (_, k) => Array.from(test.confusion.subarray(k * classes, (k + 1) * classes)));
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
