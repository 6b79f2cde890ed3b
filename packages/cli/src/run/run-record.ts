/** Writes a run's records from its first moment: config.json, environment.json, and metrics.csv, which grows. */
import { join } from "node:path";
import type { EpochReport } from "@scratch-nn/core";
import { PIECE_BYTES } from "../disk/pieces.ts";
import { kindOf, readRegularFile } from "../disk/regular-file.ts";
import type { RunConfig } from "../options/run-config.ts";
import type { TrainOptions } from "../options/train-options.ts";
import { ENVIRONMENT, type Environment, environmentText, type OfRun } from "../record/environment.ts";
import { type EpochRow, METRICS_CSV, readMetrics, rowsToGoOn } from "../record/metrics-csv.ts";
import { MetricsLog, metricsText } from "../record/metrics-log.ts";
import type { outcomeOf } from "./outcome-of.ts";
import type { RunFiles, RunFolder } from "./run-folder.ts";

export const CONFIG = "config.json";

/**
 * The content of config.json: the settings that determine a run, its threads and kernels, and the outcomes on its data.
 */
export function configText(
  config: Partial<RunConfig>,
  { workers, kernels }: Pick<TrainOptions, "workers" | "kernels">,
  outcome: Partial<ReturnType<typeof outcomeOf>>,
): string {
  return `${JSON.stringify({ ...config, workers, kernels, ...outcome }, null, 2)}\n`;
}

/** The machine's environment, and the run's workers and kernels. */
export interface Surroundings {
  readonly here: Promise<Omit<Environment, keyof OfRun>>;
  readonly ofRun: OfRun;
}

/** The files that exist before the first step. The config comes first, since it identifies a run. */
export async function firstFiles(folder: RunFolder, config: string, { here, ofRun }: Surroundings): Promise<RunFiles> {
  const environment = { ...(await here), ...ofRun };
  return { [CONFIG]: config, [ENVIRONMENT]: await environmentText(folder.path, environment) };
}

/**
 * The lines of metrics.csv for a new or a resumed run.
 * @param reports the epochs before the point of resumption
 */
export async function metricsBefore(folder: RunFolder, reports: readonly EpochReport[]): Promise<EpochRow[]> {
  if (reports.length === 0) return [];
  return rowsToGoOn(reports, readMetrics(await textOf(join(folder.path, METRICS_CSV))).rows);
}

const MOST_BYTES = 2 ** 28;

/** Ignores read errors, since the checkpoint has the figures. */
async function textOf(path: string): Promise<string> {
  if (kindOf(path) !== "file") return "";
  try {
    return (await readRegularFile(path, PIECE_BYTES, MOST_BYTES)).toString("latin1");
  } catch {
    return "";
  }
}

/** The initial metrics.csv, and the log that appends to it. */
export function metricsFile(
  folder: RunFolder,
  rows: readonly EpochRow[],
  onFailure: (error: Error) => void,
): { readonly files: RunFiles; readonly log: MetricsLog } {
  return {
    files: { [METRICS_CSV]: metricsText(rows) },
    log: new MetricsLog(join(folder.path, METRICS_CSV), rows, onFailure),
  };
}
