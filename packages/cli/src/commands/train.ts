/** `train`: from data to a trained network. */
import { availableParallelism } from "node:os";
import { createNetwork, encodeModel, type FitResult, planTraining } from "@scratch-nn/core";
import { type Dataset, openDataset, testExamples, trainingExamples } from "@scratch-nn/data";
import { Command } from "commander";
import { Interrupts } from "../interrupts.ts";
import { readingProgress, trainingProgress } from "../progress.ts";
import { defaultRunPath, RunFolder, requireNewFolder } from "../run-folder.ts";
import { addTrainOptions, type TrainOptions } from "../train-options.ts";
import { describePlan, describeResult, rowsOf, summarise } from "../train-report.ts";
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
  interrupts.signal.addEventListener("abort", () => {
    progress.end();
    process.stderr.write(`${interrupts.signal.reason}: saving what there is; once more to leave at once\n`);
  });
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

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
