/** Ends a run of trials: evaluates it, saves the model and the figures, and prints them. */
import { encodeModel, type Model, taskOf } from "@scratch-nn/core";
import type { TaskFigures } from "../inference/task-tally.ts";
import { EXIT } from "../output/exit.ts";
import { printable, printableJson } from "../output/printable.ts";
import { colorsFor, counted, remark, table, warning } from "../output/report.ts";
import { shellPath } from "../output/shell.ts";
import { NobodyReadsError, print } from "../output/stdout.ts";
import { describeMissing, type Fold, foldFigures, foldsAsJson, foldTable } from "../reports/folds-report.ts";
import { describeRecipes } from "../reports/recipes-report.ts";
import { detailsAsJson, type TestFigures, testAsJson, testRows, testTable } from "../reports/test-report.ts";
import { noTest } from "../reports/train-report.ts";
import type { DoneTrials } from "../trials/do-trials.ts";
import { figuresOf, membersSha256 } from "../trials/part-figures.ts";
import type { Member, Trained } from "../trials/way.ts";
import { leave } from "./interrupts.ts";
import { MODEL } from "./model-files.ts";
import type { PartResult, TrialRun } from "./trial-run.ts";

/** Saves figures and model, and prints the results. */
export async function concludeTrials(
  run: TrialRun,
  results: readonly PartResult[],
  done: DoneTrials,
  seconds: number,
): Promise<void> {
  const { folder, options, interrupts, store } = run;
  const again = `pnpm train --resume ${shellPath(folder.path)}`;
  const goOn = `go on with: ${again}`;
  interrupts.whileSaving((signal) => {
    process.stderr.write(`${signal}: ${goOn}\n`);
    void leave(signal);
  });
  const trials = { done: done.outcomes.filter(Boolean).length, found: done.found, of: done.outcomes.length };
  const trained = results.flatMap((result) => ("failure" in result.trained ? [] : [result.trained]));
  const isWhole = trained.length === results.length;
  const { figures, text, details } =
    options.folds === undefined ? reportOne(run, results[0]) : reportFolds(run, results);
  const { workers, seed } = options;
  const common = { workers, seed, node: process.versions.node, seconds, trials, completed: isWhole };
  const summary = { data: run.dataset.name, examples: run.dataset.train.length, ...figures, ...common };
  const out = folder.path;
  const model = isWhole ? modelOf(run, trained) : undefined;
  const metrics = { ...summary, out, ...details };
  const modelFile = model && encodeModel(model);
  const files = {
    ...(modelFile === undefined ? {} : { [MODEL]: modelFile }),
    "metrics.json": json(metrics),
  };
  await folder.write(files, `the trials are kept in ${store.folder}`);
  if (!options.quiet) sayChosen(trained);
  const isAsked = run.watcher?.stop.aborted === true;
  const isStopped = interrupts.exitCode !== undefined || isAsked;
  process.exitCode = interrupts.exitCode ?? ((isWhole || isAsked) && !done.isUnkept ? EXIT.success : EXIT.failure);
  run.watcher?.endTrials({ isWhole, metrics, classes: run.dataset.classes, model: modelFile });
  const report = options.json ? printableJson({ ...summary, out }) : `${text}\n\nsaved in  ${printable(out)}`;
  await print(`${report}\n`).catch(unlessNobodyReads);
  if (isStopped) {
    const next = trials.done === 0 ? `nothing is done yet; begin again with: ${again}` : goOn;
    process.stderr.write(`stopped after ${trials.done} of ${counted(trials.of, "trial")}\n${next}\n`);
  } else if (!isWhole) {
    process.stderr.write(`${warning(describeMissing(results.length - trained.length, results.length))}\n`);
  } else if (model === undefined && !options.quiet) {
    process.stderr.write(`${remark("the folds' networks are not kept: --ensemble makes one model of them")}\n`);
  }
  // Most networks of an ensemble were trained on any given example, so only the folds' figures measure it.
  if (isStopped || model === undefined || options.folds !== undefined || options.report === false) return;
  const { concludeWithReport } = await import("./write-report.ts");
  await concludeWithReport(folder, { ...run, dataSha256: run.fingerprint, model }, metrics);
}

/** The model to save; undefined where the folds serve as an estimate only. */
export function trialsModel(run: OfTrials, trained: readonly Trained[]): Uint8Array | undefined {
  const model = modelOf(run, trained);
  return model && encodeModel(model);
}

type OfTrials = Pick<TrialRun, "dataset" | "options">;

function modelMembers({ options }: OfTrials, trained: readonly Trained[]): readonly Member[] | undefined {
  if (options.folds === undefined) return trained[0].members;
  if (!options.ensemble) return undefined;
  return trained.flatMap(({ members }) =>
    members.map(({ network, weight }) => ({ network, weight: weight / trained.length })),
  );
}

function modelOf(run: OfTrials, trained: readonly Trained[]): Model | undefined {
  const members = modelMembers(run, trained);
  if (members === undefined) return undefined;
  const { classes, task, preprocessing, label } = run.dataset;
  const [{ network }] = members;
  const several = members.length > 1 ? { members } : {};
  return { network, ...several, classes, task, preprocessing, label };
}

interface Report {
  /** For JSON. */
  readonly figures: object;
  readonly text: string;
  /** Further fields of metrics.json. */
  readonly details: object;
}

function reportFolds({ options, dataset }: TrialRun, results: readonly PartResult[]): Report {
  const folds = results.map(({ part, trained }, i): Fold => {
    const [fold, examples] = [i + 1, part.heldBack.length];
    if ("failure" in trained) return { fold, examples, failure: trained.failure };
    const figures = foldFigures(figuresOf(part, trained.outputs));
    const weightsSha256 = membersSha256(trained.members);
    const recipes = trained.recipes === undefined ? {} : { recipes: trained.recipes };
    return { fold, examples, ...figures, inputs: part.dataset.inputs, weightsSha256, ...recipes };
  });
  const how = options.recipe === undefined ? flagsOf(options) : { recipe: options.recipe };
  const summary = foldsAsJson(folds, taskOf(dataset).kind === "quantities");
  return { figures: { ...summary, ...how }, text: foldTable(folds, colorsFor(process.stdout)), details: {} };
}

function flagsOf({ hidden, activation, epochs, batchSize, lr }: TrialRun["options"]) {
  return { hidden, activation, epochs, batchSize, learningRate: lr };
}

function reportOne({ dataset, options }: TrialRun, { part, trained }: PartResult): Report {
  const { recipe } = options;
  const testExamples = part.heldBack.length;
  if ("failure" in trained) {
    const { failure } = trained;
    return { figures: { testExamples, recipe, failure }, text: printable(failure), details: {} };
  }
  const { members, recipes, outputs } = trained;
  const test = testExamples === 0 ? undefined : asTest(figuresOf(part, outputs));
  const weightsSha256 = membersSha256(members);
  const networks = members.length;
  const figures = { testExamples, recipe, recipes, networks, ...testAsJson(test), weightsSha256 };
  const colors = colorsFor(process.stdout);
  const rows: [string, string][] = [
    ...(test === undefined
      ? ([["test accuracy", noTest(dataset, options)]] satisfies [string, string][])
      : testRows(test, colors)),
    ["model", networks === 1 ? "one network" : `the mean of ${counted(networks, "network")}, weighted`],
    ["weights SHA-256", weightsSha256],
  ];
  const below = testTable(test, dataset, colors);
  const text = `${table(rows, colors)}${below === "" ? "" : `\n\n${below}`}`;
  return { figures, text, details: detailsAsJson(test, dataset.classes) };
}

function asTest(figures: TaskFigures): TestFigures {
  return figures.kind === "classes" ? { kind: "classes", evaluation: figures } : figures;
}

/** Prints which recipes were chosen, and why. */
function sayChosen(trained: readonly Trained[]): void {
  const recipes = trained.flatMap((each) => (each.recipes === undefined ? [] : [each.recipes]));
  if (recipes.length === 0) return;
  process.stderr.write(`${table(describeRecipes(recipes), colorsFor(process.stderr))}\n\n`);
}

function unlessNobodyReads(error: unknown): void {
  if (!(error instanceof NobodyReadsError)) throw error;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
