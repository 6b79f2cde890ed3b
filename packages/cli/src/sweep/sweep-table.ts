/** Formats a sweep's runs as a table, best first. */
import { printable } from "../output/printable.ts";
import { type Colors, percent } from "../output/report.ts";
import type { SweepPlan } from "./plan-sweep.ts";
import { type Figures, figuresOf, type RunResult } from "./results.ts";

const MOST_CELL = 40;
const MOST_REASON = 100;

/** The table's lines, the head first. @param rows best first */
export function sweepTable({ swept, rungs }: SweepPlan, rows: readonly RunResult[], colors: Colors): string[] {
  const hasAccuracy = rows.some((row) => typeof figuresOf(row)?.validationAccuracy === "number");
  const hasEpochs = rungs.length > 1 && !swept.some(({ key }) => key === "epochs");
  const head = [
    "run",
    ...swept.map(({ flag }) => flag.slice(2)),
    ...(hasEpochs ? ["epochs"] : []),
    ...(hasAccuracy ? ["val. loss", "val. accuracy", "train loss", "train accuracy"] : ["val. loss", "train loss"]),
  ];
  const cells = rows.map((row) => [
    String(row.run),
    ...swept.map(({ key }) => printable(row.settings[key], MOST_CELL)),
    ...(hasEpochs ? [String(row.epochs)] : []),
    ...figureCells(row, hasAccuracy),
  ]);
  const widths = head.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const lineOf = (row: readonly string[]): string => row.map((cell, i) => cell.padStart(widths[i])).join("  ");
  const lines = rows.map((row, r) => {
    const figures = lineOf(cells[r]);
    if (!("failure" in row.outcome)) return figures;
    return `${figures}  ${colors.red(`failed: ${printable(row.outcome.failure, MOST_REASON)}`)}`;
  });
  return [colors.dim(lineOf(head)), ...lines];
}

function figureCells(row: RunResult, hasAccuracy: boolean): string[] {
  const figures = figuresOf(row);
  if (figures === undefined) return [];
  const { validationLoss, validationAccuracy, trainLoss, trainAccuracy } = figures;
  if (!hasAccuracy) return [decimal(validationLoss), decimal(trainLoss)];
  return [decimal(validationLoss), share(validationAccuracy), decimal(trainLoss), share(trainAccuracy)];
}

const share = (accuracy: number | null): string => (accuracy === null ? "-" : percent(accuracy));
const decimal = (loss: number | null): string => loss?.toFixed(4) ?? "infinite";

/** Describes a run in one line, for output without a table. */
export function describeRun({ swept, rungs }: SweepPlan, result: RunResult): string {
  const settings = swept.map(({ key, flag }) => `${flag.slice(2)} ${printable(result.settings[key], MOST_CELL)}`);
  const figures = figuresOf(result);
  const epochs = rungs.length > 1 ? `, ${result.epochs} epochs` : "";
  const what =
    figures === undefined
      ? `failed: ${printable((result.outcome as { failure: string }).failure, MOST_REASON)}`
      : describeValidation(figures);
  return `run ${result.run} (${settings.join(", ")}${epochs}): ${what}`;
}

function describeValidation({ validationAccuracy, validationLoss }: Figures): string {
  const loss = `loss ${decimal(validationLoss)}`;
  return validationAccuracy === null
    ? `validation ${loss}`
    : `validation accuracy ${share(validationAccuracy)}, ${loss}`;
}
