/** The result of a run of many trainings, as its page is told it. */
import type { LiveEvent } from "@scratch-nn/server";
import { percent } from "../output/report.ts";
import { confusionEvents, type Metrics } from "./metrics-json.ts";

/**
 * @param classes names of the classes; empty for other tasks
 * @returns how many trainings are done, their figures, the confusion matrix and the hash, as far as metrics.json has them
 */
export function trialsEvents(metrics: Metrics, classes: readonly string[]): LiveEvent[] {
  const { trials, weightsSha256 } = metrics;
  const events = confusionEvents(metrics, { epoch: 0, classes });
  if (trials !== undefined) events.push({ kind: "trials", trials: { ...trials, figures: figuresOf(metrics) } });
  if (weightsSha256 !== undefined) events.push({ kind: "result", result: { weightsSha256 } });
  return events;
}

function figuresOf(metrics: Metrics): [string, string][] {
  const { meanAccuracy, meanR2, testAccuracy, testR2, testRmse, networks, seconds } = metrics;
  const figures: [string, string | undefined][] = [
    ["accuracy, mean of the folds", meanAccuracy === undefined ? undefined : percent(meanAccuracy)],
    ["R2, mean of the folds", meanR2?.toFixed(4)],
    ["test accuracy", testAccuracy === undefined ? undefined : percent(testAccuracy)],
    ["test R2", testR2?.toFixed(4)],
    ["test RMSE", testRmse?.toPrecision(4)],
    ["networks in the model", networks?.toString()],
    ["seconds", seconds?.toFixed(1)],
  ];
  return figures.filter((row): row is [string, string] => row[1] !== undefined);
}
