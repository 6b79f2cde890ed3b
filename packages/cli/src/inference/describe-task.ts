/** Formats the figures of labels and quantities as text and as JSON. */

import { printable } from "../output/printable.ts";
import { type Colors, percent, table, thousands } from "../output/report.ts";
import type { LabelsFigures } from "./label-tally.ts";
import { meanR2, type QuantitiesFigures } from "./quantity-tally.ts";

/** Six significant digits are enough for an error. */
export const shortNumber = (value: number): string => String(Number(value.toPrecision(6)));

const NAME_LENGTH = 24;

function examplesOf({ examples, unlabelled }: { readonly examples: number; readonly unlabelled: number }): string {
  return `${thousands(examples)}${unlabelled > 0 ? `, ${thousands(unlabelled)} more without a label` : ""}`;
}

const r2Of = (r2: number | undefined): string => (r2 === undefined || Number.isNaN(r2) ? "-" : r2.toFixed(4));

export function describeQuantities(figures: QuantitiesFigures, colors: Colors): string {
  const { quantities, loss } = figures;
  const [first] = quantities;
  const rows: [string, string][] = [
    ["examples", examplesOf(figures)],
    ["loss", loss.toFixed(4)],
  ];
  if (quantities.length === 1) {
    rows.push(["RMSE", shortNumber(first.rmse)], ["MAE", shortNumber(first.mae)], ["R2", colors.bold(r2Of(first.r2))]);
    return table(rows, colors);
  }
  rows.push(["mean R2", colors.bold(r2Of(meanR2(figures)))]);
  return `${table(rows, colors)}\n\n${quantitiesTable(figures)}`;
}

export function quantitiesTable({ quantities }: QuantitiesFigures): string {
  const names = quantities.map(({ name }) => printable(name, NAME_LENGTH));
  const width = Math.max(8, ...names.map((name) => name.length));
  const cells = quantities.map(({ rmse, mae, r2 }) => [shortNumber(rmse), shortNumber(mae), r2Of(r2)]);
  const line = (name: string, row: readonly string[]): string =>
    `${name.padEnd(width)}  ${row.map((cell) => cell.padStart(12)).join(" ")}`;
  return [line("quantity", ["RMSE", "MAE", "R2"]), ...cells.map((row, u) => line(names[u], row))].join("\n");
}

export function describeLabels(figures: LabelsFigures, colors: Colors): string {
  const rows: [string, string][] = [
    ["examples", examplesOf(figures)],
    ["loss", figures.loss.toFixed(4)],
    ["accuracy", `${colors.bold(percent(figures.accuracy))} with all labels right`],
    ["macro F1", percent(figures.macroF1)],
  ];
  return `${table(rows, colors)}\n\n${labelsTable(figures)}`;
}

export function labelsTable({ labels }: LabelsFigures): string {
  const names = labels.map(({ name }) => printable(name, NAME_LENGTH));
  const width = Math.max(5, ...names.map((name) => name.length));
  const share = (value: number): string => (Number.isNaN(value) ? "-" : percent(value));
  const cells = labels.map((of) => [
    share(of.accuracy),
    share(of.f1),
    of.rocAuc?.toFixed(4) ?? "-",
    thousands(of.support),
  ]);
  const line = (name: string, row: readonly string[]): string =>
    `${name.padEnd(width)}  ${row.map((cell) => cell.padStart(9)).join(" ")}`;
  return [line("label", ["accuracy", "F1", "ROC AUC", "yes"]), ...cells.map((row, u) => line(names[u], row))].join(
    "\n",
  );
}

const orNull = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value;

/** Non-finite numbers become null; with one quantity, its errors also appear at the top level. */
export function quantitiesAsJson(figures: QuantitiesFigures) {
  const { examples, unlabelled, loss, quantities } = figures;
  const [one] = quantities;
  const isOne = quantities.length === 1;
  return {
    examples,
    unlabelled,
    loss,
    rmse: isOne ? one.rmse : null,
    mae: isOne ? one.mae : null,
    r2: orNull(meanR2(figures)),
    quantities: quantities.map(({ r2, ...others }) => ({ ...others, r2: orNull(r2) })),
  };
}

export function labelsAsJson({ examples, unlabelled, loss, accuracy, macroF1, labels }: LabelsFigures) {
  return {
    examples,
    unlabelled,
    loss,
    accuracy,
    macroF1,
    labels: labels.map(({ rocAuc, precision, recall, f1, ...others }) => ({
      ...others,
      precision: orNull(precision),
      recall: orNull(recall),
      f1: orNull(f1),
      rocAuc: orNull(rocAuc),
    })),
  };
}
