/** Formats the results of a cross-validation. */
import { shortNumber } from "../inference/describe-task.ts";
import { meanR2 } from "../inference/quantity-tally.ts";
import type { TaskFigures } from "../inference/task-tally.ts";
import { printable } from "../output/printable.ts";
import { type Colors, counted, percent, thousands } from "../output/report.ts";
import type { RecipeFigures } from "../trials/way.ts";

/** A held-back fold, and the figures on it of the networks trained on the other folds. */
export interface FoldFigures {
  /** The fold's number, from 1. */
  readonly fold: number;
  readonly examples: number;
  /** Accuracy over the classes, or over all labels of an example. */
  readonly accuracy?: number;
  /** Mean R2 of the quantities; null where all values are the same. */
  readonly r2?: number | null;
  /** Of one quantity, in its own units. */
  readonly rmse?: number;
  readonly mae?: number;
  readonly loss: number;
  readonly macroF1?: number;
  /** Null where there are more than two classes. */
  readonly rocAuc?: number | null;
  readonly inputs: number;
  /** SHA-256 over the parameters of all networks. */
  readonly weightsSha256: string;
  /** Set for a portfolio only. */
  readonly recipes?: readonly RecipeFigures[];
}

/** A fold that failed, or was not done. */
export interface MissingFold {
  readonly fold: number;
  readonly examples: number;
  readonly failure: string;
}

export type Fold = FoldFigures | MissingFold;

export const isDone = (fold: Fold): fold is FoldFigures => "loss" in fold;

/** A fold's figures from a task's figures. */
export function foldFigures(
  figures: TaskFigures,
): Pick<FoldFigures, "accuracy" | "r2" | "rmse" | "mae" | "loss" | "macroF1" | "rocAuc"> {
  const { loss } = figures;
  if (figures.kind === "classes") {
    return { accuracy: figures.accuracy, loss, macroF1: figures.macro.f1, rocAuc: figures.rocAuc ?? null };
  }
  if (figures.kind === "labels") return { accuracy: figures.accuracy, loss, macroF1: figures.macroF1 };
  const [first, another] = figures.quantities;
  const ofOne = another === undefined ? { rmse: first.rmse, mae: first.mae } : {};
  return { r2: meanR2(figures) ?? null, ...ofOne, loss };
}

/** A figure of each fold, as a column of the table. */
interface Column {
  readonly name: string;
  readonly of: (fold: FoldFigures) => number | null | undefined;
  readonly write: (value: number) => string;
}

const FIGURES: readonly Column[] = [
  { name: "accuracy", of: ({ accuracy }) => accuracy, write: percent },
  { name: "R2", of: ({ r2 }) => r2, write: (value) => value.toFixed(4) },
  { name: "RMSE", of: ({ rmse }) => rmse, write: shortNumber },
  { name: "MAE", of: ({ mae }) => mae, write: shortNumber },
  { name: "loss", of: ({ loss }) => loss, write: (value) => value.toFixed(4) },
];

interface Moments {
  readonly mean: number | null;
  /** Sample standard deviation: divided by n - 1. */
  readonly deviation: number | null;
}

/** Null where a fold is missing, or lacks the figure. */
export function momentsOf(folds: readonly Fold[], of: Column["of"]): Moments {
  const values = folds.map((fold) => (isDone(fold) ? (of(fold) ?? null) : null));
  if (values.includes(null)) return { mean: null, deviation: null };
  const numbers = values as readonly number[];
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const squares = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (numbers.length - 1)) };
}

/** The folds for JSON. @param isQuantity whether the target is a quantity, which failed folds do not show */
export function foldsAsJson(folds: readonly Fold[], isQuantity: boolean) {
  const [score, loss] = [momentsOf(folds, ({ accuracy, r2 }) => accuracy ?? r2), momentsOf(folds, (fold) => fold.loss)];
  return {
    folds,
    [isQuantity ? "meanR2" : "meanAccuracy"]: score.mean,
    deviation: score.deviation,
    meanLoss: loss.mean,
    lossDeviation: loss.deviation,
  };
}

/** Shows mean and deviation only where no fold is missing. */
export function foldTable(folds: readonly Fold[], colors: Colors): string {
  const first = folds.find(isDone);
  const columns = FIGURES.filter(({ of }) => first !== undefined && of(first) !== undefined);
  const written = ({ write }: Column, value: number | null | undefined): string =>
    value === null || value === undefined ? "-" : write(value);
  const moments = columns.map(({ of }) => momentsOf(folds, of));
  const rows = [
    ["fold", "examples", ...columns.map(({ name }) => name)],
    ...folds.map((fold) => [
      String(fold.fold),
      thousands(fold.examples),
      ...(isDone(fold) ? columns.map((column) => written(column, column.of(fold))) : []),
    ]),
    ...(folds.every(isDone)
      ? (["mean", "deviation"] as const).map((name) => [
          name,
          "",
          ...columns.map((column, i) => written(column, moments[i][name])),
        ])
      : []),
  ];
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))));
  return lines
    .map((cells, r) => {
      const fold = folds[r - 1];
      const failure = fold === undefined || isDone(fold) ? [] : [printable(fold.failure.split("; ")[0])];
      const line = [...cells, ...failure].join("  ");
      if (r === 0) return colors.dim(line);
      return rows[r][0] === "mean" ? colors.bold(line) : line;
    })
    .join("\n");
}

export function describeMissing(missing: number, of: number): string {
  if (of === 1) return "the training came to nothing: there is no model";
  return `${counted(missing, "fold")} of ${of} came to nothing: there is no mean`;
}
