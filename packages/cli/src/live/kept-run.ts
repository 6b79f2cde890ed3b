/** Reads a run's folder for its page. */
import { join } from "node:path";
import type { Network } from "@scratch-nn/core";
import type { EpochFigures, RunFacts } from "@scratch-nn/server";
import { CheckpointStore } from "../checkpoint/checkpoint-store.ts";
import { kindOf, readRegularFile } from "../disk/regular-file.ts";
import { type ModelFile, readModelFile } from "../inference/model-file.ts";
import { optimizerOf } from "../options/optimizer-flags.ts";
import { hasTrials } from "../options/run-config.ts";
import { METRICS_CSV, readMetrics } from "../record/metrics-csv.ts";
import { type Reading, readConfig, requireRun } from "../run/read-config.ts";
import { checkpointsOf } from "../run/run-folder.ts";
import { holderOf } from "../run/run-lock.ts";
import { pictureOf } from "./facts.ts";
import { type Metrics, readMetricsJson } from "./metrics-json.ts";

export interface KeptRun {
  /** Undefined for a run of many trainings (folds, a portfolio). */
  readonly facts: RunFacts | undefined;
  readonly phase: "finished" | "stopped" | "elsewhere";
  readonly reports: readonly EpochFigures[];
  /** Undefined while there is neither a model nor a checkpoint. */
  readonly network: Network | undefined;
  readonly model: ModelFile | undefined;
  readonly metrics: Metrics;
}

const READING: Reading = {
  where: "ui",
  remedy: "take it from where it was copied from",
  otherwise: "check the path: pnpm runs lists the runs that there are",
};

/** @throws InputError when it is not the folder of a run */
export async function readKeptRun(run: string): Promise<KeptRun> {
  requireRun(run, READING);
  const config = await readConfig(run, READING);
  const metrics = await readMetricsJson(run);
  const model = kindOf(join(run, "model.safetensors")) === undefined ? undefined : await readModelFile(run);
  const store = new CheckpointStore(checkpointsOf(run), 1);
  const isElsewhere = holderOf(run)?.life === "alive";
  if (hasTrials(config)) {
    const phase = isElsewhere ? "elsewhere" : metrics.completed === true ? "finished" : "stopped";
    return { facts: undefined, phase, reports: [], network: undefined, model, metrics };
  }
  // Another process at work is ahead of the metrics that it wrote at the end of an earlier part.
  const rows = await readRows(run);
  const checkpoint = metrics.completed === true && !isElsewhere ? undefined : (await store.find()).checkpoint;
  const network = checkpoint?.network ?? model?.model.network;
  const examples = metrics.examples ?? 0;
  const picture = model && pictureOf(model.model.preprocessing);
  const facts: RunFacts = {
    folder: run,
    data: config.data,
    layers: network?.layers ?? config.hidden,
    activation: config.activation,
    optimizer: optimizerOf(config).name,
    epochs: config.epochs,
    examples,
    batchSize: config.batchSize === "full" ? examples : config.batchSize,
    shards: config.shards ?? 0,
    threads: 0,
    classes: model?.model.classes ?? [],
    ...(picture && { picture }),
  };
  return {
    facts,
    phase: isElsewhere ? "elsewhere" : metrics.completed === true ? "finished" : "stopped",
    // A resumed run continues from the checkpoint; another process at work is ahead of that.
    reports: (isElsewhere ? rows : checkpoint?.position.reports) ?? rows ?? metrics.epochReports ?? [],
    network,
    model,
    metrics,
  };
}

async function readRows(run: string): Promise<readonly EpochFigures[] | undefined> {
  try {
    const { rows } = readMetrics((await readRegularFile(join(run, METRICS_CSV))).toString("utf8"));
    return rows.map(({ weights: _, ...figures }) => figures);
  } catch {
    // A run from before this file was kept.
    return undefined;
  }
}
