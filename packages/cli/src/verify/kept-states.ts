/** Reads a run's checkpoints for comparison. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { InputError, type Network, type TrainingPosition } from "@scratch-nn/core";
import { parameterBytes } from "@scratch-nn/core/engine";
import { type Checkpoint, DamageError, decodeCheckpoint, FormatError } from "../checkpoint/checkpoint.ts";
import { isCheckpoint } from "../checkpoint/checkpoint-store.ts";
import { sha256Of } from "../disk/pieces.ts";
import { kindOf, NotAFileError, readRegularFile } from "../disk/regular-file.ts";
import type { RunConfig } from "../options/run-config.ts";
import { metricsLine } from "../record/metrics-csv.ts";
import { checkpointsOf } from "../run/run-folder.ts";
import { CONFIG } from "../run/run-record.ts";
import { Difference } from "./difference.ts";
import type { KeptRun } from "./kept-run.ts";

/** A position in a run, and SHA-256 over the whole state at it. */
export interface KeptState {
  readonly path: string;
  readonly epoch: number;
  readonly batch: number;
  readonly steps: number;
  readonly sha256: string;
}

/** A unique key for each position of a run. */
export const momentOf = (epoch: number, batch: number): string => `${epoch}:${batch}`;

/** Hashes the parameters, the optimiser's arrays, the selection, and the figures so far. */
export function stateSha256(position: TrainingPosition, network: Network): string {
  const { epoch, batch, steps, loss, correct, reports, optimizer, kept } = position;
  const { parameters = network.parameters } = position;
  const figures = JSON.stringify([epoch, batch, steps, loss, correct, reports.map(metricsLine)]);
  const arrays = [parameters, ...(optimizer?.slots ?? []), ...(kept === undefined ? [] : [kept])];
  const bytes = arrays.map((each) => parameterBytes({ parameters: each }));
  return sha256Of([Buffer.from(figures), ...bytes]).toString("hex");
}

/** The paths of its checkpoints, the oldest first. */
export async function checkpointPaths(run: string): Promise<string[]> {
  const folder = checkpointsOf(run);
  if (kindOf(folder) !== "folder") return [];
  return (await readdir(folder))
    .filter(isCheckpoint)
    .sort()
    .map((name) => join(folder, name));
}

/**
 * @throws Difference where the file is damaged, or belongs to another run
 * @throws InputError where another version of this program wrote it, or it cannot be read
 */
export async function readCheckpoint(path: string, { config }: KeptRun): Promise<Checkpoint> {
  let checkpoint: Checkpoint;
  try {
    checkpoint = decodeCheckpoint(await readRegularFile(path));
  } catch (cause) {
    if (cause instanceof DamageError || cause instanceof NotAFileError) {
      throw new Difference(path, cause.message);
    }
    const remedy =
      cause instanceof FormatError ? "verify it with the version that wrote it" : "check who may read the file";
    const expected = "a checkpoint that can be read";
    throw new InputError({ where: `verify: ${path}`, expected, found: (cause as Error).message, remedy }, { cause });
  }
  requireSameConfig(path, checkpoint.config, config);
  const { dataSha256 } = config;
  if (dataSha256 !== undefined && dataSha256 !== checkpoint.fingerprint) {
    throw new Difference(`dataSha256 in ${CONFIG}`, `it is ${dataSha256}, and ${checkpoint.fingerprint} in ${path}`);
  }
  return checkpoint;
}

/** Settings that may differ: the location of the data, and the number of epochs. */
const MAY_DIFFER: ReadonlySet<string> = new Set(["data", "epochs"]);

function requireSameConfig(path: string, checkpoints: RunConfig, own: RunConfig): void {
  for (const key of new Set([...Object.keys(checkpoints), ...Object.keys(own)])) {
    if (MAY_DIFFER.has(key) || key === "dataSha256") continue;
    const [kept, found] = [own, checkpoints].map((of) => JSON.stringify(of[key as keyof RunConfig]));
    if (kept === found) continue;
    throw new Difference(`${key} in ${CONFIG}`, `it is ${kept ?? "not there"}, and ${found ?? "not there"} in ${path}`);
  }
}

export function keptState(path: string, { position, network }: Checkpoint): KeptState {
  const { epoch, batch, steps } = position;
  return { path, epoch, batch, steps, sha256: stateSha256(position, network) };
}

/** "the end of epoch 3", or "step 2 of epoch 4". */
export function describeMoment({ epoch, batch }: Pick<KeptState, "epoch" | "batch">): string {
  if (batch > 0) return `step ${batch} of epoch ${epoch}`;
  return epoch === 1 ? "the beginning" : `the end of epoch ${epoch - 1}`;
}
