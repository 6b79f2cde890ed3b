/** Converts a run and its findings to the record that a report renders. */
import { type Model, taskOf } from "@scratch-nn/core";
import { parameterBytes } from "@scratch-nn/core/engine";
import type { Dataset } from "@scratch-nn/data";
import type { Fact, Findings, RunReport } from "@scratch-nn/report";
import { sha256Of } from "../disk/pieces.ts";
import type { RunConfig } from "../options/run-config.ts";
import { counted, countedInThousands, thousands } from "../output/report.ts";
import { shellPath } from "../output/shell.ts";
import { commandAgain } from "./command-again.ts";
import type { KeptMetrics } from "./kept-metrics.ts";

/** The run that a report describes. */
export interface ReportedRun {
  /** The absolute path of its folder. */
  readonly path: string;
  readonly config: RunConfig;
  readonly dataSha256: string | undefined;
  readonly dataset: Dataset;
  readonly model: Model;
  readonly metrics: KeptMetrics | undefined;
  /** The training settings as the plan prints them; a line without a name continues the line before. */
  readonly training: readonly (readonly [name: string, value: string])[];
  /** The default number of shards of a step. */
  readonly shards: number | undefined;
}

export function recordOf(run: ReportedRun, findings: Findings): RunReport {
  const { path, config, dataset, model, metrics, dataSha256 } = run;
  const networks = model.members?.map(({ network }) => network) ?? [model.network];
  const isTable = dataset.columns !== undefined && dataset.preprocessing.encoders.some(({ kind }) => kind !== "pixels");
  return {
    data: dataset.name,
    run: path,
    facts: factsOf(run),
    commands: [
      { what: "With flags:", command: commandAgain(config, { isTable, shards: run.shards }) },
      { what: "From the run’s folder:", command: `pnpm train --config ${shellPath(path)}` },
    ],
    epochs: metrics?.epochs,
    keptEpoch: metrics?.keptEpoch,
    findings,
    threads: metrics?.threads,
    remarks: dataset.remarks,
    weightsSha256: sha256Of(networks.map(parameterBytes)).toString("hex"),
    dataSha256,
  };
}

function factsOf({ dataset, model, metrics, training }: ReportedRun): Fact[] {
  const { train, validation, test, inputs } = dataset;
  const parts = [
    `${countedInThousands(train.length, "example")} to train on`,
    ...(validation === undefined ? [] : [`${thousands(validation.length)} to validate on`]),
    `${thousands(test.length)} to test on`,
  ];
  const facts: Fact[] = [
    { name: "data", value: `${dataset.name}: ${parts.join(", ")}` },
    { name: "learnt", value: describeTask(dataset, model) },
    { name: "inputs", value: describeInputs(dataset, inputs) },
  ];
  if (model.members !== undefined) {
    const hidden = model.members.map(
      ({ network, weight }) => `${network.layers.join("-")} (${(100 * weight).toFixed(0)} %)`,
    );
    const some = hidden.slice(0, 4).join(", ");
    facts.push({
      name: "model",
      value: `the weighted mean of ${counted(hidden.length, "network")}: ${some}${hidden.length > 4 ? ", ..." : ""}`,
    });
  }
  for (const [name, value] of training) {
    const last = facts.at(-1)!;
    if (name === "") facts[facts.length - 1] = { name: last.name, value: `${last.value}; ${value}` };
    else facts.push({ name, value });
  }
  return [...facts, ...circumstances(metrics)];
}

function describeTask(dataset: Dataset, model: Model): string {
  const task = taskOf(model);
  const of = dataset.label === undefined ? "" : `${dataset.label}: `;
  if (task.kind === "classes") return `${of}${counted(task.classes.length, "class", "classes")}`;
  const [one, many] = task.kind === "labels" ? ["label", "labels"] : ["quantity", "quantities"];
  const names = task.names.slice(0, 8).join(", ");
  return `${counted(task.names.length, one, many)}: ${names}${task.names.length > 8 ? ", ..." : ""}`;
}

function describeInputs({ image, preprocessing, columns }: Dataset, inputs: number): string {
  const features = countedInThousands(inputs, "feature");
  if (image !== undefined) {
    return `${features}: ${image.width} x ${image.height} pixels, ${image.channels === 1 ? "grey" : "in colour"}`;
  }
  return columns === undefined
    ? features
    : `${features}, of ${countedInThousands(preprocessing.columns.length, "column")}`;
}

function circumstances(metrics: KeptMetrics | undefined): Fact[] {
  if (metrics === undefined) return [];
  const { seconds, examplesPerSecond, workers, kernels, node, stoppedEarly, completed, epochs } = metrics;
  const end = stoppedEarly ? ["stopped early"] : completed ? [] : ["not at its end"];
  const after = epochs.length === 0 ? end : [`${countedInThousands(epochs.length, "epoch")} done`, ...end];
  const time = [
    ...(seconds === undefined ? [] : [`${seconds.toFixed(1)} s`]),
    ...(examplesPerSecond === undefined ? [] : [`${thousands(examplesPerSecond)} examples/s`]),
    ...after,
  ];
  const where = [
    ...(workers === undefined ? [] : [workers === 0 ? "the main thread" : counted(workers, "worker")]),
    ...(kernels === undefined ? [] : [`kernels ${kernels}`]),
    ...(node === undefined ? [] : [`Node ${node}`]),
  ];
  return [
    ...(time.length === 0 ? [] : [{ name: "time", value: time.join(", ") }]),
    ...(where.length === 0 ? [] : [{ name: "computed by", value: where.join(", ") }]),
  ];
}
