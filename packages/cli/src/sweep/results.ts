/** Ranks the results of a sweep's runs. */
import { taskOf } from "@scratch-nn/core";
import type { Dataset } from "@scratch-nn/data";
import type { Settings } from "./draws.ts";
import type { Measure } from "./sweep-options.ts";

/** The figures of a run's network; losses are null where they are infinite. */
export interface Figures {
  readonly validationLoss: number | null;
  /** From 0 to 1; null where there are no classes. */
  readonly validationAccuracy: number | null;
  readonly trainLoss: number | null;
  readonly trainAccuracy: number | null;
  readonly weightsSha256: string;
}

/** A completed run. */
export interface RunResult {
  readonly run: number;
  readonly settings: Settings;
  readonly epochs: number;
  /** Its figures, or the reason why it failed. */
  readonly outcome: Figures | { readonly failure: string };
}

export function figuresOf({ outcome }: RunResult): Figures | undefined {
  return "failure" in outcome ? undefined : outcome;
}

/** The measure that ranks a sweep's runs on this dataset: quantities have no accuracy. */
export function measureFor(dataset: Dataset, by: Measure): Measure {
  return taskOf(dataset).kind === "quantities" ? "loss" : by;
}

/** Best first: by rung, then by the measure, the loss and the run's number; failed runs come last. */
export function ranked(results: Iterable<RunResult>, by: Measure): RunResult[] {
  return Array.from(results).sort((a, b) => {
    const [left, right] = [figuresOf(a), figuresOf(b)];
    if (left === undefined || right === undefined) {
      return Number(left === undefined) - Number(right === undefined) || a.run - b.run;
    }
    const losses = lossOf(left) - lossOf(right) || 0;
    const accuracies = by === "accuracy" ? (right.validationAccuracy ?? 0) - (left.validationAccuracy ?? 0) : 0;
    return accuracies || losses || a.run - b.run;
  });
}

/** Infinity - Infinity is NaN, so infinite losses need a finite value. */
function lossOf({ validationLoss }: Figures): number {
  return validationLoss ?? Number.MAX_VALUE;
}

/** The last result of each run. Runs of later rungs come first, failed runs last. */
export function tableOf(rungs: readonly (readonly RunResult[])[], by: Measure): RunResult[] {
  const seen = new Set<number>();
  const rows = rungs.toReversed().flatMap((results) => {
    const own = ranked(results, by).filter(({ run }) => !seen.has(run));
    for (const { run } of own) seen.add(run);
    return own;
  });
  return [...rows.filter((row) => figuresOf(row)), ...rows.filter((row) => !figuresOf(row))];
}
