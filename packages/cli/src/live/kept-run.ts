/** What a run's folder says of it, for its page. */
import { join } from "node:path";
import { InputError, type Network } from "@scratch-nn/core";
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

export interface KeptRun {
  readonly facts: RunFacts;
  readonly phase: "finished" | "stopped" | "elsewhere";
  readonly reports: readonly EpochFigures[];
  /** Undefined where there is neither model nor checkpoint yet. */
  readonly network: Network | undefined;
  readonly model: ModelFile | undefined;
  readonly metrics: Metrics;
}

/** What of metrics.json is shown; whatever is missing, or no such thing, is undefined. */
export interface Metrics {
  readonly completed?: boolean | undefined;
  readonly examples?: number | undefined;
  readonly testExamples?: number | undefined;
  readonly testAccuracy?: number | undefined;
  readonly testLoss?: number | undefined;
  readonly seconds?: number | undefined;
  readonly weightsSha256?: string | undefined;
  readonly epochReports?: readonly EpochFigures[] | undefined;
  readonly confusion?: readonly (readonly number[])[] | undefined;
}

const READING: Reading = {
  where: "ui",
  remedy: "take it from where it was copied from",
  otherwise: "check the path: pnpm runs lists the runs that there are",
};

/** @throws InputError when it is not the folder of a run, or one of many trainings */
export async function readKeptRun(run: string): Promise<KeptRun> {
  requireRun(run, READING);
  const config = await readConfig(run, READING);
  if (hasTrials(config)) {
    throw new InputError({
      where: run,
      expected: "a run of one training",
      found: "one of many (--folds or a portfolio of recipes)",
      remedy: "its figures are in metrics.json; evaluate and predict take its model",
    });
  }
  const metrics = await readSummary(run);
  const model = kindOf(join(run, "model.safetensors")) === undefined ? undefined : await readModelFile(run);
  const store = new CheckpointStore(checkpointsOf(run), 1);
  const isElsewhere = holderOf(run)?.life === "alive";
  // What a process is at work on is ahead of what it wrote in the end of an earlier part.
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
    // Where it goes on, it goes on from the checkpoint; another process is ahead of that.
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
    // One from before it was kept.
    return undefined;
  }
}

async function readSummary(run: string): Promise<Metrics> {
  try {
    const found: unknown = JSON.parse((await readRegularFile(join(run, "metrics.json"))).toString("utf8"));
    return typeof found === "object" && found !== null ? shownOf(found as Record<string, unknown>) : {};
  } catch {
    // A run that was killed has none.
    return {};
  }
}

function shownOf(found: Readonly<Record<string, unknown>>): Metrics {
  const number = (name: string): number | undefined =>
    Number.isFinite(found[name]) ? (found[name] as number) : undefined;
  const { completed, weightsSha256, epochReports, confusion } = found;
  return {
    completed: completed === true,
    examples: number("examples"),
    testExamples: number("testExamples"),
    testAccuracy: number("testAccuracy"),
    testLoss: number("testLoss"),
    seconds: number("seconds"),
    weightsSha256: typeof weightsSha256 === "string" ? weightsSha256 : undefined,
    epochReports: Array.isArray(epochReports) && epochReports.every(isReport) ? epochReports : undefined,
    confusion: isSquare(confusion) ? confusion : undefined,
  };
}

function isReport(value: unknown): value is EpochFigures {
  if (typeof value !== "object" || value === null) return false;
  const { epoch, loss } = value as Partial<EpochFigures>;
  return Number.isSafeInteger(epoch) && Number.isFinite(loss);
}

function isSquare(value: unknown): value is number[][] {
  return (
    Array.isArray(value) &&
    value.every((row) => Array.isArray(row) && row.length === value.length && row.every(Number.isFinite))
  );
}
