/** Formats the quality of predictions as text and as JSON. */

import { confusionAsJson, confusionTable } from "../output/confusion.ts";
import { printable } from "../output/printable.ts";
import { colorsFor, counted, percent, table, thousands } from "../output/report.ts";
import { describeLabels, describeQuantities, labelsAsJson, quantitiesAsJson } from "./describe-task.ts";
import type { Figures } from "./tally.ts";
import type { TaskFigures } from "./task-tally.ts";

/** The largest number of classes printed, one line each. */
const MAX_LINES = 50;

/** @param classes the class names, where the task is classes */
export function describeFigures(figures: TaskFigures, classes: readonly string[]): string {
  const colors = colorsFor(process.stdout);
  if (figures.kind === "quantities") return describeQuantities(figures, colors);
  if (figures.kind === "labels") return describeLabels(figures, colors);
  const { macro } = figures;
  const rows: [string, string][] = [
    [
      "examples",
      `${thousands(figures.examples)}${figures.unlabelled > 0 ? `, ${thousands(figures.unlabelled)} more without a label` : ""}`,
    ],
    ["loss", figures.loss.toFixed(4)],
    ["accuracy", colors.bold(percent(figures.accuracy))],
    ["macro", `precision ${percent(macro.precision)}, recall ${percent(macro.recall)}, F1 ${percent(macro.f1)}`],
    ...(figures.rocAuc === undefined ? [] : ([["ROC AUC", figures.rocAuc.toFixed(4)]] satisfies [string, string][])),
  ];
  const parts = [table(rows, colors), perClass(figures, classes)];
  parts.push(confusionTable(figures.confusion, classes, colors));
  return parts.join("\n\n");
}

function perClass({ perClass: metrics }: Figures, classes: readonly string[]): string {
  const shown = metrics.slice(0, MAX_LINES);
  const names = shown.map((_, k) => printable(classes[k], 24));
  const width = Math.max(5, ...names.map((name) => name.length));
  const cell = (share: number): string => (Number.isNaN(share) ? "-" : percent(share)).padStart(9);
  const head = `${"class".padEnd(width)}  precision    recall        F1  examples`;
  const lines = shown.map(
    (m, k) =>
      `${names[k].padEnd(width)}  ${cell(m.precision)} ${cell(m.recall)} ${cell(m.f1)} ${thousands(m.support).padStart(9)}`,
  );
  const more =
    metrics.length > shown.length
      ? [`(${counted(metrics.length - shown.length, "more class", "more classes")}: see --json)`]
      : [];
  return [head, ...lines, ...more].join("\n");
}

/** The figures as one object; non-finite numbers become null. */
export function figuresAsJson(figures: TaskFigures, classes: readonly string[]) {
  if (figures.kind === "quantities") return quantitiesAsJson(figures);
  if (figures.kind === "labels") return labelsAsJson(figures);
  return {
    examples: figures.examples,
    unlabelled: figures.unlabelled,
    loss: figures.loss,
    accuracy: figures.accuracy,
    macro: figures.macro,
    rocAuc: figures.rocAuc ?? null,
    classes: figures.perClass.map((metrics, i) => ({ name: classes[i], ...metrics })),
    ...confusionAsJson(figures.confusion, classes),
  };
}
