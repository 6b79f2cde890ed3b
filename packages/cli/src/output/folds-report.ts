/** What a cross-validation says of itself. */
import { printable } from "./printable.ts";
import { type Colors, counted, percent, thousands } from "./report.ts";

/** A fold that was held back, and what the network of the others is worth on it. */
export interface FoldFigures {
  /** From 1. */
  readonly fold: number;
  readonly examples: number;
  readonly accuracy: number;
  /** Mean cross-entropy. */
  readonly loss: number;
  readonly macroF1: number;
  /** Null where there are more than two classes. */
  readonly rocAuc: number | null;
  readonly inputs: number;
  readonly weightsSha256: string;
}

/** A fold that came to nothing, or was not done. */
export interface MissingFold {
  readonly fold: number;
  readonly examples: number;
  readonly failure: string;
}

/** The mean, and the deviation of a sample: divided by one less than there are. */
export function meanAndDeviation(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}

const HEAD = ["fold", "examples", "accuracy", "loss"] as const;

/** Mean and deviation only where no fold is missing. */
export function foldTable(folds: readonly (FoldFigures | MissingFold)[], colors: Colors): string {
  const done = folds.filter((fold) => "accuracy" in fold);
  const [accuracy, loss] = [done.map((fold) => fold.accuracy), done.map((fold) => fold.loss)].map(meanAndDeviation);
  const figures = (...[first, examples, share, number]: [string, string, number, number]): string[] => [
    first,
    examples,
    percent(share),
    number.toFixed(4),
  ];
  const rows = folds.map((fold) =>
    "failure" in fold
      ? [String(fold.fold), thousands(fold.examples), printable(fold.failure.split("; ")[0])]
      : figures(String(fold.fold), thousands(fold.examples), fold.accuracy, fold.loss),
  );
  const ends = [
    figures("mean", "", accuracy.mean, loss.mean),
    figures("deviation", "", accuracy.deviation, loss.deviation),
  ];
  const all = done.length === folds.length ? [...rows, ...ends] : rows;
  const whole = [HEAD, ...all].filter((row) => row.length === HEAD.length);
  const widths = HEAD.map((_, i) => Math.max(...whole.map((row) => row[i].length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[0]) : cell.padStart(i < 2 || row.length > 3 ? widths[i] : 0)))
      .join("  ");
  return [colors.dim(line(HEAD)), ...all.map((row) => (row[0] === "mean" ? colors.bold(line(row)) : line(row)))].join(
    "\n",
  );
}

export function describeMissing(folds: readonly (FoldFigures | MissingFold)[]): string {
  const missing = folds.filter((fold) => "failure" in fold).length;
  return `${counted(missing, "fold")} of ${folds.length} came to nothing: there is no mean`;
}
