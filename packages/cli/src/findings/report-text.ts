/** Formats a report for a terminal and as JSON; a short form of the page. */
import type { Contribution, RunReport } from "@scratch-nn/report";
import { shortNumber } from "../inference/describe-task.ts";
import { printable } from "../output/printable.ts";
import { type Colors, counted, percent, sparkline, table, thousands } from "../output/report.ts";

type Rows = (readonly [name: string, value: string])[];

const FEW = 5;
const MOST_NAME = 24;

export function reportText(report: RunReport, colors: Colors): string {
  const { findings, epochs = [], weightsSha256 } = report;
  const losses = epochs.map(({ loss }) => loss);
  const { part, examples, of } = findings.evaluated;
  const which = examples < of ? `${thousands(examples)} of ${thousands(of)}` : thousands(examples);
  const rows: Rows = [
    ...report.facts
      .filter(({ name }) => name === "data" || name === "network" || name === "model")
      .map(({ name, value }) => [name, printable(value, 120)] as const),
    ...(losses.length === 0
      ? []
      : ([["loss", `${sparkline(losses)}  ${losses[0].toFixed(4)} -> ${losses.at(-1)!.toFixed(4)}`]] as const)),
    [`on the ${part} part`, counted(examples, "example", "examples", () => which)],
    ...figures(report, colors),
    ...mistakes(report),
    ...contributions(report),
    ["weights SHA-256", weightsSha256],
  ];
  return table(rows, colors);
}

function figures({ findings: { task } }: RunReport, colors: Colors): Rows {
  if (task.kind === "quantities") {
    return task.quantities.slice(0, FEW).map(({ name, rmse, mae, r2 }) => {
      const found = `R2 ${colors.bold(Number.isNaN(r2) ? "-" : r2.toFixed(4))}, RMSE ${shortNumber(rmse)}, MAE ${shortNumber(mae)}`;
      return [printable(name, MOST_NAME), found];
    });
  }
  const of = task.kind === "labels" ? " with all labels right" : "";
  const area = task.kind === "classes" && task.rocAuc !== undefined ? `, ROC AUC ${task.rocAuc.toFixed(4)}` : "";
  return [
    ["accuracy", `${colors.bold(percent(task.accuracy))}${of}, macro F1 ${percent(task.macroF1)}${area}`],
    ["calibration", `off by ${percent(task.reliability.error)} on average`],
  ];
}

/** The most frequent confusions. */
function mistakes({ findings: { task } }: RunReport): Rows {
  if (task.kind !== "classes") return [];
  const name = (k: number): string => printable(task.classes[k].name, MOST_NAME);
  return task.confusion
    .filter(({ label, predicted }) => label !== predicted)
    .sort((a, b) => b.count - a.count || a.label - b.label || a.predicted - b.predicted)
    .slice(0, FEW)
    .map(({ label, predicted, count }, i) => [
      i === 0 ? "confuses" : "",
      `${name(label)} with ${name(predicted)}: ${thousands(count)} of ${thousands(task.classes[label].support)}`,
    ]);
}

function contributions({ findings }: RunReport): Rows {
  const found = findings.contributions?.found;
  if (found?.kind !== "columns") return [];
  return mostImportant(found.columns, FEW).map(({ name, loss }, i) => [
    i === 0 ? "relies on" : "",
    `${printable(name, MOST_NAME)}: loss ${loss < 0 ? "" : "+"}${loss.toPrecision(2)} with its values shuffled`,
  ]);
}

function mostImportant(columns: readonly Contribution[], most: number): readonly Contribution[] {
  return columns.toSorted((a, b) => b.loss - a.loss).slice(0, most);
}

const MOST_CONFUSIONS = 1000;

/** The report as one object: non-finite numbers become null, images are left out. */
export function reportAsJson({ findings, epochs, ...report }: RunReport, path: string) {
  const { task, mistakes: worst, firstLayer: _, ...others } = findings;
  const items = worst?.items.map(({ example, truth, predicted, detail }) => ({ example, truth, predicted, detail }));
  const confusion = task.kind === "classes" ? { confusion: task.confusion.slice(0, MOST_CONFUSIONS) } : {};
  const quantities =
    task.kind === "quantities" ? { quantities: task.quantities.map(({ points: _points, ...figures }) => figures) } : {};
  return {
    report: path,
    ...report,
    epochs: epochs?.length ?? null,
    ...others,
    task: { ...task, ...confusion, ...quantities },
    mistakes: items ?? [],
  };
}
