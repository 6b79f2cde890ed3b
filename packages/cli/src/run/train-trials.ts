/** Runs many trials with their parts, saved results, signals and conclusion. */
import { createNetwork, taskOf } from "@scratch-nn/core";
import { planTraining } from "@scratch-nn/core/engine";
import { trainingExamples } from "@scratch-nn/data";
import type { Trial, TrialOutcome } from "@scratch-nn/parallel";
import { byPortfolio } from "../ensembles/by-portfolio.ts";
import { lossOf, outputOf } from "../options/loss-flags.ts";
import { trialsConfigOf } from "../options/run-config.ts";
import type { TrainOptions } from "../options/train-options.ts";
import { colorsFor, table } from "../output/report.ts";
import { describeData, describeTraining } from "../reports/describe-plan.ts";
import { asFlagsSay } from "../trials/as-flags-say.ts";
import { type DoneTrials, doTrials } from "../trials/do-trials.ts";
import { foldParts, onePart, type Parts } from "../trials/parts.ts";
import type { Part, Way } from "../trials/way.ts";
import { concludeTrials } from "./conclude-trials.ts";
import { fitOptionsOf, networkOptionsOf } from "./fit-options.ts";
import { configText, firstFiles } from "./run-record.ts";
import type { PartResult, TrialRun } from "./trial-run.ts";
import { eitherOf } from "./watcher.ts";

/**
 * Runs a cross-validation, a portfolio of recipes, or one in the other.
 * @throws InputError when there are more folds than examples of a class, or an option is out of range
 */
export async function trainByTrials(run: TrialRun): Promise<void> {
  const { folder, options, dataset, fingerprint, store, interrupts, watcher } = run;
  const { workers, quiet } = options;
  const { parts, sources, way, trials } = await planTrials(run);
  // Omits what depends on the number of examples: it differs between trainings.
  const settings = configText(trialsConfigOf(options), options, { classes: dataset.classes, dataSha256: fingerprint });
  const first = await firstFiles(folder, settings, { here: run.here, ofRun: { workers } });
  await interrupts.goOn();
  await folder.write(first, "no trial is done yet");
  await interrupts.goOn();
  await store.tidyUp();

  const all = trials.flat();
  if (!quiet) process.stderr.write(`${describe(run, parts, way, all.length)}\n\n`);
  await watcher?.beginTrials(folder);
  interrupts.whileSaving((signal) => {
    process.stderr.write(`${signal}: the trials that are done are kept; once more to leave at once\n`);
  });
  const start = performance.now();
  const done = await doTrials(sources, all, {
    store,
    threads: workers,
    signal: eitherOf(interrupts.signal, watcher?.stop),
    quiet,
    ...(watcher && { onDone: watcher.onTrials }),
  });
  const seconds = (performance.now() - start) / 1000;
  await concludeTrials(run, combineAll({ parts, way, trials }, done), done, seconds);
}

/** The trials that a run's flags determine. */
export interface PlannedTrials extends Parts {
  readonly way: Way;
  /** The trials of each part. */
  readonly trials: readonly (readonly Trial[])[];
}

/** @throws InputError when there are more folds than examples of a class, or an option is out of range */
export async function planTrials(run: Pick<TrialRun, "dataset" | "fingerprint" | "options">): Promise<PlannedTrials> {
  const { parts, sources } = await partsOf(run);
  const way = wayOf(run.options, parts[0]);
  return { parts, sources, way, trials: parts.map((part) => way.plan(part)) };
}

async function partsOf({
  dataset,
  fingerprint,
  options,
}: Pick<TrialRun, "dataset" | "fingerprint" | "options">): Promise<Parts> {
  const { folds, seed, ensemble = false, validationFraction } = options;
  const output = outputOf(options, taskOf(dataset));
  return folds === undefined
    ? onePart({ dataset, fingerprint }, output)
    : foldParts({ dataset, fingerprint }, { folds, seed, sharesEncoders: ensemble, output, validationFraction });
}

/** @throws InputError when an option is out of range, before any work */
function wayOf(options: TrainOptions, first: Part): Way {
  const { recipe, seed, kernels, hidden } = options;
  if (recipe !== undefined) {
    return byPortfolio(recipe, seed, kernels);
  }
  const network = networkOptionsOf(options);
  const fitOf = ({ dataset, train }: Part) => fitOptionsOf(options, { loss: lossOf(options, { ...dataset, train }) });
  const { dataset, train, validation, output, units } = first;
  const created = createNetwork({ ...network, output, layers: [dataset.inputs, ...hidden, units] });
  const examples = { ...trainingExamples(dataset, output), columns: train };
  const validated = validation && { validation: { ...examples, columns: validation } };
  const plan = planTraining(created, examples, { ...fitOf(first), ...validated });
  return asFlagsSay({ network, hidden, fitOf, describe: () => describeTraining(created, plan, options) });
}

function describe({ dataset, options }: TrialRun, parts: readonly Part[], way: Way, trials: number): string {
  const { workers, folds, ensemble } = options;
  const encoders = ensemble ? "a table's encoders are fitted to all" : "a table's encoders are fitted to the others";
  const where = workers === 0 ? "on the main thread" : `${Math.min(workers, trials)} at a time, each on one thread`;
  const rows: [string, string][] = [
    ...describeData(dataset),
    ...(folds === undefined
      ? []
      : ([["folds", `${folds}, stratified, each held back once; ${encoders}`]] satisfies [string, string][])),
    ...way.describe(parts[0]).map(([name, value]): [string, string] => [name, value]),
    ["trials", `${trials}, ${where}`],
  ];
  return table(rows, colorsFor(process.stderr));
}

const NOT_DONE = "not done";

export function combineAll(
  { parts, way, trials }: Pick<PlannedTrials, "parts" | "way" | "trials">,
  { outcomes }: Pick<DoneTrials, "outcomes">,
): PartResult[] {
  let first = 0;
  return parts.map((part, p) => {
    const own = outcomes.slice(first, first + trials[p].length);
    first += trials[p].length;
    const isDone = own.every((outcome) => outcome !== undefined);
    return { part, trained: isDone ? way.combine(part, own as TrialOutcome[]) : { failure: NOT_DONE } };
  });
}
