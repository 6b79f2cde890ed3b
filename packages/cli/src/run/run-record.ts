/** What a run says of itself from its first moment: config.json, environment.json, and metrics.csv, which grows. */
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

/** config.json: what a run follows from, by what it is computed, and what its data are. */
export function configText(
  config: Partial<RunConfig>,
  { workers, kernels }: Pick<TrainOptions, "workers" | "kernels">,
  outcome: Partial<ReturnType<typeof outcomeOf>>,
): string {
  return `${JSON.stringify({ ...config, workers, kernels, ...outcome }, null, 2)}\n`;
}

/** What was found out of the machine, and what the run computes by. */
export interface Surroundings {
  readonly here: Promise<Omit<Environment, keyof OfRun>>;
  readonly ofRun: OfRun;
}

/** The files that are there before the first step; the config first, which a run is known by. */
export async function firstFiles(folder: RunFolder, config: string, { here, ofRun }: Surroundings): Promise<RunFiles> {
  const environment = { ...(await here), ...ofRun };
  return { [CONFIG]: config, [ENVIRONMENT]: await environmentText(folder.path, environment) };
}

/**
 * The lines of metrics.csv for a run that begins or goes on.
 * @param reports of the epochs that it goes on from
 */
export async function metricsBefore(folder: RunFolder, reports: readonly EpochReport[]): Promise<EpochRow[]> {
  if (reports.length === 0) return [];
  return rowsToGoOn(reports, readMetrics(await textOf(join(folder.path, METRICS_CSV))).rows);
}

const MOST_BYTES = 2 ** 28;

/** Where it cannot be read, the checkpoint has the figures. */
async function textOf(path: string): Promise<string> {
  if (kindOf(path) !== "file") return "";
  try {
    return (await readRegularFile(path, PIECE_BYTES, MOST_BYTES)).toString("latin1");
  } catch {
    return "";
  }
}

/** metrics.csv as it begins, and what goes on with it. */
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
