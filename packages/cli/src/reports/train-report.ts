/** Formats the results of a training run: the summary for JSON, and the text for a terminal. */
import { type FitResult, type Network, type TrainingPosition, taskOf } from "@scratch-nn/core";
import { bestEpoch, parameterBytes, type TrainingPlan } from "@scratch-nn/core/engine";
import type { Dataset } from "@scratch-nn/data";
import { sha256Of } from "../disk/pieces.ts";
import type { TrainOptions } from "../options/train-options.ts";
import { printable } from "../output/printable.ts";
import { colorsFor, counted, countedInThousands, percent, sparkline, table, thousands } from "../output/report.ts";
import { type TestFigures, testAsJson, testRows, testTable } from "./test-report.ts";

/** A completed run. */
export interface FinishedRun {
  readonly dataset: Dataset;
  readonly network: Network;
  readonly plan: TrainingPlan;
  readonly options: TrainOptions;
  /** The largest number of threads at work at the same time; 0 for the main thread only. */
  readonly activeWorkers: number;
  /** The number of threads that proved fastest. */
  readonly threadsAtWork: number;
}

/** The output of `--json`, without the folder. */
export function summarise(
  { dataset, network, plan, options, activeWorkers, threadsAtWork }: FinishedRun,
  result: FitResult,
  seconds: number,
  test: TestFigures | undefined,
) {
  const last = result.epochs.at(-1);
  const best = plan.validation && bestEpoch(result.epochs, plan.selection.bestBy);
  const done = examplesUpTo(plan, result.position) - examplesUpTo(plan, plan.from);
  return {
    data: dataset.name,
    examples: dataset.train.length,
    validationExamples: dataset.validation?.length ?? 0,
    testExamples: dataset.test.length,
    layers: network.layers,
    activation: network.activation,
    init: options.init,
    epochs: result.epochs.length,
    batchSize: options.batchSize,
    optimizer: plan.optimizer.name,
    learningRate: plan.learningRate,
    seed: plan.seed,
    workers: options.workers,
    activeWorkers,
    threadsAtWork,
    shards: plan.shards,
    kernels: plan.kernels.name,
    node: process.versions.node,
    seconds,
    examplesPerSecond: done / seconds,
    trainLoss: last?.loss ?? null,
    trainAccuracy: last?.accuracy ?? null,
    validationLoss: last?.validation?.loss ?? null,
    validationAccuracy: last?.validation?.accuracy ?? null,
    bestEpoch: best?.epoch ?? null,
    bestValidationLoss: best?.validation?.loss ?? null,
    bestValidationAccuracy: best?.validation?.accuracy ?? null,
    stoppedEarly: result.stoppedEarly,
    weightsOf: result.selected?.of ?? "last",
    ...testAsJson(test),
    weightsSha256: sha256Of([parameterBytes(network)]).toString("hex"),
    completed: result.completed,
  };
}

/** The number of examples that a run has processed, counted in every epoch. */
export function examplesUpTo({ examples, batchSize }: TrainingPlan, position: TrainingPosition | undefined): number {
  return position === undefined
    ? 0
    : (position.epoch - 1) * examples.columns.length + Math.min(position.batch * batchSize, examples.columns.length);
}

export type Summary = ReturnType<typeof summarise>;

export function describeResult(
  { dataset, options }: { readonly dataset: Dataset; readonly options: TrainOptions },
  result: FitResult,
  summary: Summary,
  test: TestFigures | undefined,
  out: string | undefined,
): string {
  const colors = colorsFor(process.stdout);
  const losses = result.epochs.map(({ loss }) => loss);
  const last = result.epochs.at(-1);
  const rows: [string, string][] = [
    ...(last === undefined
      ? []
      : ([
          ["loss", `${sparkline(losses)}  ${losses[0].toFixed(4)} -> ${last.loss.toFixed(4)}`],
          ...(last.accuracy === undefined
            ? []
            : [["train accuracy", percent(last.accuracy)] satisfies [string, string]]),
        ] satisfies [string, string][])),
    ...describeValidation(result, summary),
    ...(test
      ? testRows(test, colors)
      : ([
          [
            taskOf(dataset).kind === "quantities" ? "test R2" : "test accuracy",
            result.completed ? noTest(dataset, options) : "not measured",
          ],
        ] satisfies [string, string][])),
    [
      "speed",
      `${thousands(summary.examplesPerSecond)} examples/s, ${summary.seconds.toFixed(1)} s${describeThreads(summary)}`,
    ],
    ["weights SHA-256", summary.weightsSha256],
    ["saved in", out === undefined ? "nothing: see below" : printable(out)],
  ];
  const below = testTable(test, dataset, colors);
  return `${table(rows, colors)}${below === "" ? "" : `\n\n${below}`}`;
}

/** The curve of the validation loss, and the epoch of the selected weights. */
function describeValidation({ epochs, selected, stoppedEarly }: FitResult, summary: Summary): [string, string][] {
  const losses = epochs.flatMap(({ validation }) => (validation === undefined ? [] : [validation.loss]));
  const last = epochs.at(-1)?.validation;
  const ends = stoppedEarly ? [`stopped early, after ${counted(epochs.length, "epoch")}`] : [];
  if (selected?.of === "average") ends.push(`weights: the mean of ${counted(selected.epochs, "epoch")}`);
  if (selected?.of === "best") ends.push(`weights: of epoch ${selected.epoch}`);
  const end = ends.length === 0 ? [] : ([["", ends.join("; ")]] satisfies [string, string][]);
  if (last === undefined) return end;
  const { bestEpoch: best, bestValidationLoss, bestValidationAccuracy } = summary;
  const ofBest = `best, of epoch ${best}:`;
  return [
    ["validation loss", `${sparkline(losses)}  ${losses[0].toFixed(4)} -> ${last.loss.toFixed(4)}`],
    last.accuracy === undefined
      ? ["", `${ofBest} ${(bestValidationLoss ?? 0).toFixed(4)}`]
      : ["validation accuracy", `${percent(last.accuracy)}; ${ofBest} ${percent(bestValidationAccuracy ?? 0)}`],
    ...end,
  ];
}

/** Explains where fewer threads than possible were faster. */
function describeThreads({ workers, activeWorkers, threadsAtWork }: Summary): string {
  return threadsAtWork === activeWorkers ? "" : `; ${counted(workers, "worker")}, ${threadsAtWork} at work`;
}

const DEFAULT_TEST_FRACTION = 0.2;

/** The reason why there is no test. */
export function noTest(
  { train, validation, classes }: Dataset,
  { testFraction = DEFAULT_TEST_FRACTION }: TrainOptions,
): string {
  if (testFraction === 0) return "no test examples: --test-fraction is 0";
  const all = train.length + (validation?.length ?? 0);
  const part = `no test examples: --test-fraction ${testFraction} of ${countedInThousands(all, "example")}`;
  if (Math.round(testFraction * all) === 0) return `${part} is less than one`;
  if (classes.length === 0) return `${part} leaves none`;
  return `${part} in ${counted(classes.length, "class", "classes")} leaves none, since each class keeps one to train on`;
}
