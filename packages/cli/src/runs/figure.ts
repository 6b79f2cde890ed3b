/** Selects the one figure that measures a run. */
import type { EpochReport } from "@scratch-nn/core";
import { percent } from "../output/report.ts";

export interface Figure {
  readonly name: string;
  readonly value: number;
  /** Whether higher is better. */
  readonly isScore: boolean;
}

const SCORES = ["testAccuracy", "testR2", "meanAccuracy", "meanR2"] as const;
const LOSSES = ["testLoss", "meanLoss"] as const;
const VALIDATION = ["bestValidationAccuracy", "validationAccuracy", "bestValidationLoss", "validationLoss"] as const;

const NAMES: Readonly<Record<string, string>> = {
  testAccuracy: "test accuracy",
  testR2: "test R2",
  meanAccuracy: "folds' accuracy",
  meanR2: "folds' R2",
  testLoss: "test loss",
  meanLoss: "folds' loss",
  bestValidationAccuracy: "validation accuracy",
  validationAccuracy: "validation accuracy",
  bestValidationLoss: "validation loss",
  validationLoss: "validation loss",
};

/**
 * Prefers the test's figure to the validation's, and that to the training's.
 * @param metrics from metrics.json, or of a sweep's best run
 * @param last the last line of metrics.csv, where there is nothing else
 */
export function figureOf(
  metrics: Readonly<Record<string, unknown>>,
  last: EpochReport | undefined,
): Figure | undefined {
  for (const key of [...SCORES, ...LOSSES, ...VALIDATION]) {
    const value = metrics[key];
    if (typeof value === "number") return { name: NAMES[key], value, isScore: !key.endsWith("Loss") };
  }
  if (last === undefined) return undefined;
  const { validation, loss } = last;
  if (validation !== undefined) return { name: "validation loss", value: validation.loss, isScore: false };
  return { name: "train loss", value: loss, isScore: false };
}

export function describeFigure({ name, value }: Figure): string {
  return `${name} ${name.endsWith("accuracy") ? percent(value) : value.toFixed(4)}`;
}
