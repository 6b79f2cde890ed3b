/** What came out of a sweep's runs, in the order of how good they are. */
import type { Settings } from "./draws.ts";
import type { Measure } from "./sweep-options.ts";

/** How good a run's network is; losses are null where they are infinite. */
export interface Figures {
  readonly validationLoss: number | null;
  /** From 0 to 1; null where there are no classes. */
  readonly validationAccuracy: number | null;
  readonly trainLoss: number | null;
  readonly trainAccuracy: number | null;
  readonly weightsSha256: string;
}

/** A run that is over. */
export interface RunResult {
  readonly run: number;
  readonly settings: Settings;
  readonly epochs: number;
  /** How it ended: its figures, or why there are none. */
  readonly outcome: Figures | { readonly failure: string };
}

export function figuresOf({ outcome }: RunResult): Figures | undefined {
  return "failure" in outcome ? undefined : outcome;
}

/** Best first: those that came further in a halving, then by the measure, the loss and their numbers; failed ones last. */
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

/** Infinity - Infinity is no number, and no difference. */
function lossOf({ validationLoss }: Figures): number {
  return validationLoss ?? Number.MAX_VALUE;
}

/** The last result of each run: of a halving's rungs, one after another, the later ones stand above; failed runs below all. */
export function tableOf(rungs: readonly (readonly RunResult[])[], by: Measure): RunResult[] {
  const seen = new Set<number>();
  const rows = rungs.toReversed().flatMap((results) => {
    const own = ranked(results, by).filter(({ run }) => !seen.has(run));
    for (const { run } of own) seen.add(run);
    return own;
  });
  return [...rows.filter((row) => figuresOf(row)), ...rows.filter((row) => !figuresOf(row))];
}
