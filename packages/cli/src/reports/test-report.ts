/** Formats a run's test figures as text and as JSON. */
import type { Evaluation } from "@scratch-nn/core";
import type { Dataset } from "@scratch-nn/data";
import {
  labelsAsJson,
  labelsTable,
  quantitiesAsJson,
  quantitiesTable,
  shortNumber,
} from "../inference/describe-task.ts";
import type { LabelsFigures } from "../inference/label-tally.ts";
import { meanR2, type QuantitiesFigures } from "../inference/quantity-tally.ts";
import { confusionAsJson, confusionTable } from "../output/confusion.ts";
import { type Colors, percent } from "../output/report.ts";

/** Figures of classes, of yes/no labels, or of quantities. */
export type TestFigures =
  | { readonly kind: "classes"; readonly evaluation: Evaluation }
  | LabelsFigures
  | QuantitiesFigures;

/** Numbers that are not finite, or belong to another task, are null. */
export function testAsJson(test: TestFigures | undefined) {
  const quantities = test?.kind === "quantities" ? quantitiesAsJson(test) : undefined;
  return {
    testLoss: (test?.kind === "classes" ? test.evaluation.loss : test?.loss) ?? null,
    testAccuracy:
      (test?.kind === "classes" ? test.evaluation.accuracy : test?.kind === "labels" ? test.accuracy : null) ?? null,
    testR2: quantities?.r2 ?? null,
    testRmse: quantities?.rmse ?? null,
    testMae: quantities?.mae ?? null,
  };
}

/** Further test figures in metrics.json. */
export function detailsAsJson(test: TestFigures | undefined, classes: readonly string[]) {
  switch (test?.kind) {
    case "classes":
      return confusionAsJson(test.evaluation.confusion!, classes);
    case "labels":
      return { confusion: null, testLabels: labelsAsJson(test).labels };
    case "quantities":
      return { confusion: null, testQuantities: quantitiesAsJson(test).quantities };
    default:
      return { confusion: null };
  }
}

/** Rows for the table of results. */
export function testRows(test: TestFigures, colors: Colors): [string, string][] {
  switch (test.kind) {
    case "classes":
      return [["test accuracy", colors.bold(percent(test.evaluation.accuracy!))]];
    case "labels":
      return [
        ["test accuracy", `${colors.bold(percent(test.accuracy))} with all labels right`],
        ["test macro F1", percent(test.macroF1)],
      ];
    case "quantities": {
      const [{ rmse, mae }, another] = test.quantities;
      const r2 = meanR2(test)?.toFixed(4) ?? "- (one value in all test rows)";
      if (another !== undefined) return [["test mean R2", colors.bold(r2)]];
      return [
        ["test R2", colors.bold(r2)],
        ["test RMSE", shortNumber(rmse)],
        ["test MAE", shortNumber(mae)],
      ];
    }
  }
}

/** A table below the results; "" where the task has none. */
export function testTable(test: TestFigures | undefined, { classes }: Dataset, colors: Colors): string {
  if (test?.kind === "classes") return confusionTable(test.evaluation.confusion!, classes, colors);
  if (test?.kind === "labels") return labelsTable(test);
  return test?.kind === "quantities" && test.quantities.length > 1 ? quantitiesTable(test) : "";
}
