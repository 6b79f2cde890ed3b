/** Writes a run's report.html. */
import type { Model } from "@scratch-nn/core";
import { defaultShards, Field, planTraining } from "@scratch-nn/core/engine";
import { type Dataset, trainingExamples, validationExamples } from "@scratch-nn/data";
import { type RunReport, renderReport } from "@scratch-nn/report";
import { subjectOf } from "../findings/block.ts";
import { type FindingsLimits, findingsOf, QUICKLY } from "../findings/findings.ts";
import { type KeptMetrics, metricsOf } from "../findings/kept-metrics.ts";
import { recordOf } from "../findings/record.ts";
import { lossOf } from "../options/loss-flags.ts";
import { configOf, hasTrials } from "../options/run-config.ts";
import type { TrainOptions } from "../options/train-options.ts";
import { printable } from "../output/printable.ts";
import { remark, warning } from "../output/report.ts";
import { describeTraining } from "../reports/describe-plan.ts";
import { fitOptionsOf } from "./fit-options.ts";
import type { RunFolder } from "./run-folder.ts";

export const REPORT = "report.html";

/** A run with a model. */
export interface TrainedRun {
  readonly path: string;
  readonly options: TrainOptions;
  readonly dataset: Dataset;
  readonly dataSha256: string | undefined;
  readonly model: Model;
  readonly metrics: KeptMetrics | undefined;
}

/** Evaluates the run's model on its data. */
export async function reportOf(run: TrainedRun, limits: FindingsLimits): Promise<RunReport> {
  const { options, dataset, model } = run;
  const findings = await findingsOf(subjectOf(model, dataset, options.kernels), limits);
  const { batchSize } = options;
  const batch = batchSize === "full" ? dataset.train.length : Math.min(batchSize, dataset.train.length);
  return recordOf(
    {
      ...run,
      config: configOf(options, options.shards),
      training: trainingOf(run),
      shards: defaultShards(batch),
    },
    findings,
  );
}

/** The training settings as the plan prints them. */
function trainingOf({ options, dataset, model }: TrainedRun): readonly (readonly [string, string])[] {
  if (hasTrials(options)) {
    const folds = options.folds === undefined ? "" : `, on ${options.folds} folds`;
    return [
      [
        "training",
        `${options.recipe === undefined ? "as the flags say" : `recipe ${options.recipe}`}${folds}, seed ${options.seed}`,
      ],
    ];
  }
  const { network } = model;
  const validation = validationExamples(dataset, network.output);
  const fitOptions = fitOptionsOf(options, { loss: lossOf(options, dataset), validation });
  return describeTraining(
    network,
    planTraining(network, trainingExamples(dataset, network.output), fitOptions),
    options,
  );
}

/**
 * Writes the report at the end of a run. The run is saved even if its report fails.
 * @param metrics the content of metrics.json
 */
export async function concludeWithReport(
  folder: RunFolder,
  run: Omit<TrainedRun, "path" | "metrics">,
  metrics: object,
): Promise<void> {
  try {
    const kept = metricsOf(new Field({ where: "metrics.json", remedy: "" }, metrics));
    const report = await reportOf({ ...run, path: folder.path, metrics: kept }, QUICKLY);
    await folder.write({ [REPORT]: renderReport(report) }, "the run is kept without it");
    if (!run.options.quiet) process.stderr.write(`${remark(`${REPORT} in ${printable(folder.path)} shows it`)}\n`);
  } catch (error) {
    process.stderr.write(`${warning(`no ${REPORT}: ${(error as Error).message}`)}\n`);
  }
}
