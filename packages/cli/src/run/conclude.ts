/** Ends a training: tests the network, saves the results and prints them. */
import { type Examples, type FitResult, type Network, taskOf } from "@scratch-nn/core";
import type { TrainingPlan } from "@scratch-nn/core/engine";
import { type Dataset, testExamples } from "@scratch-nn/data";
import type { ThreadProfile } from "@scratch-nn/parallel";
import type { CheckpointStore } from "../checkpoint/checkpoint-store.ts";
import { testFigures } from "../inference/test-dataset.ts";
import type { TrainOptions } from "../options/train-options.ts";
import { printable, printableJson } from "../output/printable.ts";
import { counted, warning } from "../output/report.ts";
import { shellPath } from "../output/shell.ts";
import { NobodyReadsError, print } from "../output/stdout.ts";
import { METRICS_CSV } from "../record/metrics-csv.ts";
import type { MetricsLog } from "../record/metrics-log.ts";
import { describeShortage } from "../reports/describe-setbacks.ts";
import { detailsAsJson, type TestFigures } from "../reports/test-report.ts";
import { describeResult, type Summary, summarise } from "../reports/train-report.ts";
import { type Interrupts, leave } from "./interrupts.ts";
import { modelFiles } from "./model-files.ts";
import type { RunFolder } from "./run-folder.ts";
import { evaluate } from "./train-run.ts";
import type { Watcher } from "./watcher.ts";

/** A run whose training is over. */
export interface Run {
  readonly folder: RunFolder;
  readonly options: TrainOptions;
  readonly dataset: Dataset;
  /** The network that the run returns. */
  readonly network: Network;
  /** The network at the end of training. */
  readonly last: Network;
  readonly plan: TrainingPlan;
  readonly store: CheckpointStore;
  readonly interrupts: Interrupts;
  readonly log: MetricsLog;
  /** The largest number of threads at work at the same time; 0 for the main thread only. */
  readonly activeWorkers: number;
  /** The number of threads that proved fastest. */
  readonly threadsAtWork: number;
  readonly watcher: Watcher | undefined;
  /** The hash of the dataset, see fingerprint.ts. */
  readonly fingerprint: string;
  /** How each thread spent its time; undefined without worker threads. */
  readonly threadTimes: readonly ThreadProfile[] | undefined;
}

/** Tests, saves model and metrics, and prints the results. */
export async function conclude(run: Run, result: FitResult, seconds: number): Promise<void> {
  const { folder, dataset, network, plan, store, interrupts, log } = run;
  const goOn = `go on with: pnpm train --resume ${shellPath(folder.path)}`;
  interrupts.whileSaving((signal) => {
    process.stderr.write(`${signal}: the training is saved; ${goOn}\n`);
    void leave(signal);
  });
  const heldBack = testExamples(dataset, network.output);
  // After an interrupt there is time to save only.
  const isTested = result.completed && heldBack && interrupts.exitCode === undefined;
  const test = isTested ? await testOf(run, heldBack) : undefined;
  const summary = summarise(run, result, seconds, test);
  const out = folder.path;
  const { threadTimes } = run;
  const details = detailsAsJson(test, dataset.classes);
  const metrics = { ...summary, out, threadTimes, epochReports: result.epochs, ...details };
  const kept = folder.write(
    { ...modelFiles(run), [METRICS_CSV]: log.text, "metrics.json": json(metrics) },
    newestOf(store),
  );
  // Prints the results even if they could not be saved.
  const isKept = await kept.then(
    () => true,
    () => false,
  );
  process.exitCode = interrupts.exitCode;
  const printed = await print(report(run, result, summary, test, isKept ? out : undefined)).catch(orFailure);
  await kept;
  run.watcher?.end({ ...run, summary, test });
  if (interrupts.exitCode !== undefined || !result.completed) {
    process.stderr.write(
      `stopped after ${result.epochs.length} of ${counted(plan.epochs, "epoch")}; ${describeGiven(result)} in ${printable(out)}\n${goOn}\n`,
    );
  }
  if (printed !== undefined) throw printed;
  if (!result.completed || run.options.report === false) return;
  const { concludeWithReport } = await import("./write-report.ts");
  await concludeWithReport(folder, { ...run, dataSha256: run.fingerprint, model: { ...dataset, network } }, metrics);
}

async function testOf({ network, dataset, options }: Run, heldBack: Examples): Promise<TestFigures> {
  if (taskOf(dataset).kind !== "classes") return (await testFigures(network, dataset, options)) as TestFigures;
  const evaluation = await evaluate(network, heldBack, options, {
    workers: options.workers,
    onShortage: (shortage) => {
      process.stderr.write(`${warning(describeShortage(shortage, "the test"))}\n`);
    },
  });
  return { kind: "classes", evaluation };
}

/** A missing reader of the report is no failure, since the results are saved. */
function orFailure(error: unknown): unknown {
  return error instanceof NobodyReadsError ? undefined : error;
}

function report(
  run: Run,
  result: FitResult,
  summary: Summary,
  test: TestFigures | undefined,
  out: string | undefined,
): string {
  if (run.options.json) return `${printableJson({ ...summary, out: out ?? null })}\n`;
  return `${describeResult(run, result, summary, test, out)}\n`;
}

/** Describes the network that a stopped run has saved. */
function describeGiven({ selected }: FitResult): string {
  if (selected === undefined) return "the network as it is now is";
  const { of, epoch, epochs } = selected;
  if (of === "best") return `the network of epoch ${epoch}, the best so far, is`;
  return `the mean of the networks of the last ${counted(epochs, "epoch")} is`;
}

/** Describes the newest checkpoint, for a message. */
export function newestOf(store: CheckpointStore): string {
  return store.newest === undefined ? "nothing was left there" : `the newest checkpoint is ${store.newest}`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
