/** A run of many trials with everything around it: parts, trials that are kept, signals, results. */
import { createNetwork } from "@scratch-nn/core";
import { planTraining, type TrainingPlan } from "@scratch-nn/core/engine";
import { type Dataset, trainingExamples } from "@scratch-nn/data";
import type { TrialOutcome } from "@scratch-nn/parallel";
import { lossOf } from "../options/loss-flags.ts";
import { configOf } from "../options/run-config.ts";
import type { TrainOptions } from "../options/train-options.ts";
import { EXIT } from "../output/exit.ts";
import {
  describeMissing,
  type FoldFigures,
  foldTable,
  type MissingFold,
  meanAndDeviation,
} from "../output/folds-report.ts";
import { printable, printableJson } from "../output/printable.ts";
import { colorsFor, counted, remark, table, warning } from "../output/report.ts";
import { shellPath } from "../output/shell.ts";
import { NobodyReadsError, print } from "../output/stdout.ts";
import { describeData, describeTraining } from "../output/train-report.ts";
import { asFlagsSay } from "../trials/as-flags-say.ts";
import { type DoneTrials, doTrials } from "../trials/do-trials.ts";
import { figuresOf, membersSha256 } from "../trials/part-figures.ts";
import { foldParts, type Parts } from "../trials/parts.ts";
import type { TrialStore } from "../trials/trial-store.ts";
import type { Part, Trained, Way } from "../trials/way.ts";
import { fitOptionsOf, networkOptionsOf } from "./fit-options.ts";
import { type Interrupts, leave } from "./interrupts.ts";
import type { RunFolder } from "./run-folder.ts";

/** A run once its data are there. */
export interface TrialRun {
  readonly folder: RunFolder;
  readonly options: TrainOptions & { readonly folds: number };
  readonly dataset: Dataset;
  /** Of the dataset, see fingerprint.ts. */
  readonly fingerprint: string;
  readonly store: TrialStore;
  readonly interrupts: Interrupts;
}

/**
 * Cross-validation: a training for each fold, on the others.
 * @throws InputError when there are more folds than examples of a class, or an option is out of range
 */
export async function trainByTrials(run: TrialRun): Promise<void> {
  const { folder, options, dataset, fingerprint, store, interrupts } = run;
  const { folds, seed, workers, kernels, quiet } = options;
  const { parts, sources } = await foldParts(dataset, { folds, seed, sharesEncoders: false });
  const way = wayOf(run, parts[0]);
  // What follows from the number of examples is each fold's own.
  const config = configOf(options, options.shards);
  const settings = { ...config, workers, kernels, classes: dataset.classes, dataSha256: fingerprint };
  await interrupts.goOn();
  await folder.write({ "config.json": json(settings) }, "no trial is done yet");
  await interrupts.goOn();
  await store.tidyUp();

  const trials = parts.map((part) => way.plan(part));
  const all = trials.flat();
  if (!quiet) process.stderr.write(`${describe(run, parts, way, all.length)}\n\n`);
  interrupts.whileSaving((signal) => {
    process.stderr.write(`${signal}: the trials that are done are kept; once more to leave at once\n`);
  });
  const start = performance.now();
  const done = await doTrials(sources, all, { store, threads: workers, signal: interrupts.signal, quiet });
  const seconds = (performance.now() - start) / 1000;
  await conclude(run, combineAll(parts, way, trials, done), done, seconds);
}

/** What came out of a part, or why nothing did. */
interface PartResult {
  readonly part: Part;
  readonly trained: Trained | { readonly failure: string };
}

const NOT_DONE = "not done";

function combineAll(
  parts: Parts["parts"],
  way: Way,
  trials: readonly (readonly unknown[])[],
  { outcomes }: DoneTrials,
): PartResult[] {
  let first = 0;
  return parts.map((part, p) => {
    const own = outcomes.slice(first, first + trials[p].length);
    first += trials[p].length;
    const isDone = own.every((outcome) => outcome !== undefined);
    return { part, trained: isDone ? way.combine(part, own as TrialOutcome[]) : { failure: NOT_DONE } };
  });
}

/** @throws InputError when an option is out of range, before any work */
function wayOf({ options }: TrialRun, part: Part): Way {
  const { dataset, train } = part;
  const [network, fit] = [networkOptionsOf(options), fitOptionsOf(options, { loss: lossOf(options, dataset) })];
  const first = createNetwork({ ...network, layers: [dataset.inputs, ...options.hidden, dataset.classes.length] });
  const plan: TrainingPlan = planTraining(first, { ...trainingExamples(dataset), columns: train }, fit);
  return asFlagsSay(network, options.hidden, fit, describeTraining(first, plan, options));
}

function describe({ dataset, options }: TrialRun, parts: readonly Part[], way: Way, trials: number): string {
  const { workers } = options;
  const rows: [string, string][] = [
    ...describeData(dataset),
    ["folds", `${parts.length}, stratified, each held back once; encoders of a table fitted to the others`],
    ...way.description.map(([name, value]): [string, string] => [name, value]),
    [
      "trials",
      `${trials}, ${workers === 0 ? "on the main thread" : `${Math.min(workers, trials)} at a time, each on one thread`}`,
    ],
  ];
  return table(rows, colorsFor(process.stderr));
}

/** Keeps the figures, and says what came out. */
async function conclude(
  run: TrialRun,
  results: readonly PartResult[],
  done: DoneTrials,
  seconds: number,
): Promise<void> {
  const { folder, options, dataset, interrupts } = run;
  const goOn = `go on with: pnpm train --resume ${shellPath(folder.path)}`;
  interrupts.whileSaving((signal) => {
    process.stderr.write(`${signal}: ${goOn}\n`);
    void leave(signal);
  });
  const folds = results.map(({ part, trained }, i): FoldFigures | MissingFold => {
    const [fold, examples] = [i + 1, part.heldBack.length];
    if ("failure" in trained) return { fold, examples, failure: trained.failure };
    const { accuracy, loss, macro, rocAuc } = figuresOf(part, trained.outputs);
    const weightsSha256 = membersSha256(trained.members);
    const { inputs } = part.dataset;
    return { fold, examples, accuracy, loss, macroF1: macro.f1, rocAuc: rocAuc ?? null, inputs, weightsSha256 };
  });
  const figures = folds.filter((fold) => "accuracy" in fold);
  const isWhole = figures.length === folds.length;
  const accuracy = meanAndDeviation(figures.map((fold) => fold.accuracy));
  const loss = meanAndDeviation(figures.map((fold) => fold.loss));
  const summary = {
    data: dataset.name,
    examples: dataset.train.length,
    folds,
    meanAccuracy: isWhole ? accuracy.mean : null,
    deviation: isWhole ? accuracy.deviation : null,
    meanLoss: isWhole ? loss.mean : null,
    lossDeviation: isWhole ? loss.deviation : null,
    hidden: options.hidden,
    activation: options.activation,
    epochs: options.epochs,
    batchSize: options.batchSize,
    learningRate: options.lr,
    seed: options.seed,
    workers: options.workers,
    node: process.versions.node,
    seconds,
    trials: {
      done: done.outcomes.filter((outcome) => outcome !== undefined).length,
      found: done.found,
      of: done.outcomes.length,
    },
    completed: isWhole,
  };
  const out = folder.path;
  await folder.write({ "metrics.json": json({ ...summary, out }) }, `the trials are kept in ${run.store.folder}`);
  const isStopped = interrupts.exitCode !== undefined;
  process.exitCode = interrupts.exitCode ?? (isWhole && !done.isUnkept ? EXIT.success : EXIT.failure);
  await print(
    options.json
      ? `${printableJson({ ...summary, out })}\n`
      : `${foldTable(folds, colorsFor(process.stdout))}\n\nsaved in  ${printable(out)}\n`,
  ).catch(unlessNobodyReads);
  if (isStopped)
    process.stderr.write(`stopped after ${summary.trials.done} of ${counted(summary.trials.of, "trial")}\n${goOn}\n`);
  else if (!isWhole) process.stderr.write(`${warning(describeMissing(folds))}\n`);
  else if (!options.quiet) process.stderr.write(`${remark("the folds' networks are not kept as a model")}\n`);
}

function unlessNobodyReads(error: unknown): void {
  if (!(error instanceof NobodyReadsError)) throw error;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
