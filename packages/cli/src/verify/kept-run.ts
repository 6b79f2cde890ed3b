/** Reads a run's folder for comparison; trusts no content. */
import { join } from "node:path";
import { type EpochReport, InputError } from "@scratch-nn/core";
import { Field } from "@scratch-nn/core/engine";
import { PIECE_BYTES } from "../disk/pieces.ts";
import { kindOf, readRegularFile } from "../disk/regular-file.ts";
import { type EpochRow, METRICS_CSV, readMetrics, sameFigures } from "../record/metrics-csv.ts";
import { SWEEP } from "../run/new-folder.ts";
import { type KeptConfig, type Reading, readConfig, requireRun } from "../run/read-config.ts";
import { holderOf } from "../run/run-lock.ts";
import { CONFIG } from "../run/run-record.ts";
import { Difference } from "./difference.ts";

export interface KeptRun {
  /** The run's folder. */
  readonly path: string;
  readonly config: KeptConfig;
  readonly configText: string;
  /** The recorded epochs, from the first. */
  readonly rows: readonly EpochRow[];
  /** Undefined where the run was never finished. */
  readonly metrics: KeptMetrics | undefined;
  readonly isSweep: boolean;
  /** Whether it has reached its end, by its current config. */
  readonly isFinished: boolean;
}

export interface KeptMetrics {
  readonly completed: boolean;
  readonly stoppedEarly: boolean;
  readonly epochs: number | undefined;
  /** Set for one training, or for a portfolio's networks. */
  readonly weightsSha256: string | undefined;
  /** The hash of each fold. */
  readonly folds: readonly (string | undefined)[] | undefined;
  readonly reports: readonly EpochReport[];
}

const READING: Reading = {
  where: "verify",
  remedy: "take it from where it was copied from; a run without its config cannot be repeated",
  otherwise: "check the path: pnpm runs lists the runs that there are",
};

const MOST_BYTES = 2 ** 28;

/**
 * @throws InputError when it is no run's folder, or a process is at work in it
 * @throws Difference when a file in it is not valid for a run
 */
export async function readKeptRun(path: string): Promise<KeptRun> {
  requireRun(path, READING);
  const config = await readConfig(path, READING);
  const working = holderOf(path);
  if (working !== undefined && working.life !== "out of sight") {
    throw new InputError({
      where: READING.where,
      expected: "a run that nobody is at work on",
      found: `process ${working.holder.pid} at work in ${path}`,
      remedy: "wait for it, or stop it with Ctrl-C",
    });
  }
  const configText = await textOf(join(path, CONFIG));
  const metrics = await readMetricsJson(path);
  const isSweep = kindOf(join(path, SWEEP)) === "file";
  const rows = await readRows(path, metrics);
  const isWhole = metrics?.epochs === undefined || metrics.epochs === config.epochs || metrics.stoppedEarly;
  const isFinished = isSweep || (metrics?.completed === true && isWhole);
  return { path, config, configText, rows, metrics, isSweep, isFinished };
}

/** Reads metrics.csv; for an older run without one, metrics.json. */
async function readRows(path: string, metrics: KeptMetrics | undefined): Promise<readonly EpochRow[]> {
  const file = join(path, METRICS_CSV);
  if (kindOf(file) !== "file") return metrics?.reports ?? [];
  const { rows, wrongLine } = readMetrics(await textOf(file));
  if (wrongLine !== undefined) {
    throw new Difference(`${file}:${wrongLine}`, "it is no line that a run writes");
  }
  const wrong = rows.findIndex((row, e) => metrics?.reports[e] && !sameFigures(row, metrics.reports[e]));
  if (wrong >= 0) {
    throw new Difference(`epoch ${wrong + 1}`, `${METRICS_CSV} and metrics.json in ${path} have other figures of it`);
  }
  return rows;
}

async function readMetricsJson(path: string): Promise<KeptMetrics | undefined> {
  const file = join(path, "metrics.json");
  if (kindOf(file) !== "file") return undefined;
  const remedy = "remove it: what else there is will be compared";
  const field = new Field({ where: `verify: ${file}`, remedy }, await textOf(file)).json();
  const has = (name: string): boolean => field.at(name).value != null;
  const sha256 = (of: Field): string | undefined => (of.value == null ? undefined : of.string());
  return {
    completed: field.at("completed").boolean(),
    stoppedEarly: has("stoppedEarly") && field.at("stoppedEarly").boolean(),
    epochs: has("epochReports") ? field.at("epochs").number() : undefined,
    weightsSha256: sha256(field.at("weightsSha256")),
    folds: has("folds") ? field.at("folds").map((fold) => sha256(fold.at("weightsSha256"))) : undefined,
    reports: has("epochReports") ? field.at("epochReports").map(reportOf) : [],
  };
}

function reportOf(field: Field): EpochReport {
  const figures = (of: Field) => {
    const accuracy = of.at("accuracy");
    return { loss: of.at("loss").number(), ...(accuracy.value === undefined ? {} : { accuracy: accuracy.number() }) };
  };
  const validation = field.at("validation");
  return {
    epoch: field.at("epoch").number(),
    ...figures(field),
    ...(validation.value === undefined ? {} : { validation: figures(validation) }),
  };
}

/** @throws InputError where it cannot be read */
async function textOf(path: string): Promise<string> {
  try {
    return (await readRegularFile(path, PIECE_BYTES, MOST_BYTES)).toString("utf8");
  } catch (cause) {
    const found = (cause as Error).message;
    const fault = { where: `verify: ${path}`, expected: "a text that can be read", found, remedy: READING.remedy };
    throw new InputError(fault, { cause });
  }
}
