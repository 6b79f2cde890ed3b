/** Formats a training run's plan, which is printed before the run begins. */
import { type Network, type Task, taskOf } from "@scratch-nn/core";
import { settingsOf, type TrainingPlan } from "@scratch-nn/core/engine";
import type { ColumnReport, Dataset } from "@scratch-nn/data";
import type { activeThreads } from "../options/active-threads.ts";
import type { TrainOptions } from "../options/train-options.ts";
import { printable, readable } from "../output/printable.ts";
import { colorsFor, counted, countedInThousands, table, thousands } from "../output/report.ts";
import { describeRegularisation } from "./describe-regularisation.ts";
import { describeWorkers } from "./describe-workers.ts";

type Rows = [name: string, value: string][];

export function describePlan(
  dataset: Dataset,
  network: Network,
  plan: TrainingPlan,
  options: TrainOptions,
  ranks?: Parameters<typeof activeThreads>[3],
): string {
  const rows: Rows = [
    ...describeData(dataset),
    ...describeTraining(network, plan, options),
    ["workers", describeWorkers(options, network, plan, ranks)],
    ["kernels", plan.kernels.name],
    ...plan.kernels.remarks.map((remark): [string, string] => ["", printable(remark)]),
  ];
  return table(rows, colorsFor(process.stderr));
}

export function describeData(dataset: Dataset): Rows {
  const { name, inputs, train, validation, test, remarks, columns = [] } = dataset;
  const validated = validation === undefined ? "" : `${thousands(validation.length)} to validate on, `;
  const counts = `${countedInThousands(train.length, "example")} to train on, ${validated}${thousands(test.length)} to test on`;
  return [
    ["data", `${readable(name)}: ${counts}; ${counted(inputs, "feature")}, ${describeTask(taskOf(dataset))}`],
    ...remarks.map((remark): [string, string] => ["", readable(remark)]),
    ...describeColumns(columns),
  ];
}

export function describeTraining(network: Network, plan: TrainingPlan, options: TrainOptions): Rows {
  return [
    [
      "network",
      `${network.layers.join("-")}, ${network.activation}, ${options.init} initialisation${options.zeroOutput === true ? ", zero output" : ""}; ${countedInThousands(network.parameters.length, "parameter")}`,
    ],
    [
      "training",
      `${counted(plan.epochs, "epoch")} of ${counted(plan.batchesPerEpoch, "step")} of ${thousands(plan.batchSize)}, ${describeUpdate(plan)}, seed ${plan.seed}`,
    ],
    ...describeLoss(plan),
    ...describeRegularisation(plan),
    ...describeSelection(plan),
    ["shards", `${plan.shards} a step`],
  ];
}

function describeTask(task: Task): string {
  if (task.kind === "classes") return counted(task.classes.length, "class", "classes");
  return task.kind === "labels"
    ? counted(task.names.length, "label")
    : counted(task.names.length, "quantity", "quantities");
}

/** The output and the loss, where they are not the notes' softmax and cross-entropy. */
function describeLoss({ output, loss }: TrainingPlan): Rows {
  const names = [output === "softmax" ? "" : `${output} output`];
  if (loss.name === "cross-entropy") {
    if (loss.labelSmoothing > 0) names.push(`label smoothing ${loss.labelSmoothing}`);
    if (loss.classWeights !== undefined) {
      const some = loss.classWeights.slice(0, 6).map((weight) => Number(weight.toPrecision(4)));
      names.push(`class weights ${some.join(", ")}${loss.classWeights.length > some.length ? ", ..." : ""}`);
    }
  } else {
    names.push(loss.name === "huber" ? `huber loss, delta ${loss.delta}` : "squared error");
  }
  const description = names.filter((name) => name !== "").join(", ");
  return description === "" ? [] : [["loss", description]];
}

/** The learning rate, and the optimiser with its numbers if it is not the notes'. */
function describeUpdate({ optimizer, learningRate, schedule }: TrainingPlan): string {
  const numbers = settingsOf(optimizer.name).map((name) => `, ${readableName(name)} ${optimizer[name]}`);
  const which = numbers.length === 0 ? "" : `${optimizer.name}, `;
  const how = schedule.name === "constant" ? "" : ` ${schedule.name}`;
  const after = schedule.warmup === 0 ? "" : ` after ${counted(schedule.warmup, "step")} of warm-up`;
  return `${which}learning rate ${learningRate}${how}${after}${numbers.join("")}`;
}

/** The condition for early stopping, and the choice of the final weights. */
function describeSelection({ selection, epochs }: TrainingPlan): [string, string][] {
  const { keep, bestBy, patience, averageAfter } = selection;
  const by = bestBy === "score" ? "accuracy, then loss" : "loss";
  const what = [
    ...(patience === undefined
      ? []
      : [`stops after ${counted(patience, "epoch")} without a better validation (${by})`]),
    ...(keep === "best" ? [`ends with the weights of the best epoch${patience === undefined ? ` (${by})` : ""}`] : []),
    ...(averageAfter === undefined
      ? []
      : [`ends with the mean of the weights of ${describeLast(averageAfter, epochs)}`]),
  ];
  return what.length === 0 ? [] : [["", what.join("; ")]];
}

function describeLast(averageAfter: number, epochs: number): string {
  return averageAfter + 1 === epochs ? "the last epoch alone" : `epochs ${averageAfter + 1} to ${epochs}`;
}

function readableName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Up to this number, each column gets its own line. */
const FEW_COLUMNS = 30;
const NAME_LENGTH = 24;

function describeColumns(columns: readonly ColumnReport[]): [string, string][] {
  if (columns.length > FEW_COLUMNS) return [["columns", summariseKinds(columns)]];
  const width = Math.max(...columns.map(({ name }) => printable(name, NAME_LENGTH).length));
  return columns.map(({ name, kind, detail }, i) => [
    i === 0 ? "columns" : "",
    `${printable(name, NAME_LENGTH).padEnd(width)}  ${kind}: ${readable(detail)}`,
  ]);
}

function summariseKinds(columns: readonly ColumnReport[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of columns) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const left = columns.filter(({ kind }) => LEFT_OUT.has(kind)).map(({ name }) => name);
  const names =
    left.length === 0
      ? ""
      : `; left out: ${left
          .slice(0, 8)
          .map((name) => printable(name, NAME_LENGTH))
          .join(", ")}${left.length > 8 ? ", ..." : ""}`;
  return `${[...counts].map(([kind, count]) => `${thousands(count)} ${kind}`).join(", ")}${names}`;
}

const LEFT_OUT: ReadonlySet<string> = new Set(["constant", "identifier", "text", "empty", "dropped"]);
