/** Records the file operations of a run, and derives what the run guarantees after each of them. */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FileOperation } from "../faults/record-files.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { ALONE, trainJson } from "./train-cli.ts";

const RECORDER = fileURLToPath(new URL("../faults/record-files.ts", import.meta.url));

/** The run's folder, relative to the working directory; the run creates both of its levels. */
export const RUN = "runs/kept";
export const JOB = ["--examples", "60", "--hidden", "3", "--batch-size", "10", ...ALONE];
const FEWEST_CHECKPOINTS = 5;

export interface RecordedRun {
  readonly log: readonly FileOperation[];
  readonly epochs: string;
  readonly weightsSha256: string;
}

/**
 * Checkpoints are saved concurrently with the training, so the number of epochs for five checkpoints depends on timing.
 */
export async function recordRun(folder: string, epochs = 200): Promise<RecordedRun> {
  const logPath = join(folder, "log.json");
  const cwd = join(folder, "cwd");
  mkdirSync(cwd);
  const { weightsSha256 } = await trainJson(
    [...JOB, "--epochs", String(epochs), "--checkpoint-every", "1", "--out", RUN],
    { cwd, env: { FILE_LOG: logPath }, nodeOptions: ["--import", RECORDER] },
  );
  const log: FileOperation[] = JSON.parse(readFileSync(logPath, "utf8"));
  rmSync(cwd, { recursive: true });
  if (log.filter((operation) => stepsSavedBy(operation) !== undefined).length < FEWEST_CHECKPOINTS) {
    return recordRun(folder, 2 * epochs);
  }
  return { log, epochs: String(epochs), weightsSha256 };
}

/** Resumes the run in a working directory until it ends. */
export async function recordResumed(cwd: string, epochs: number): Promise<readonly FileOperation[]> {
  const logPath = join(temporaryFolder(), "log.json");
  await trainJson(["--resume", RUN, "--epochs", String(epochs), "--checkpoint-every", "1", ...ALONE], {
    cwd,
    env: { FILE_LOG: logPath },
    nodeOptions: ["--import", RECORDER],
  });
  return JSON.parse(readFileSync(logPath, "utf8"));
}

/** The step of the checkpoint that a rename operation publishes. */
export function stepsSavedBy(operation: FileOperation): number | undefined {
  const name = operation.op === "rename" ? /step-(\d{12})\.checkpoint$/.exec(operation.to) : null;
  return name === null ? undefined : Number(name[1]);
}

/**
 * Whether an operation counts as completed after `after` operations: the run has since done something other than flush
 * files to the disk, or it has ended.
 */
function isDone(log: readonly FileOperation[], index: number, after: number): boolean {
  if (after === log.length) return index < after;
  return log.slice(index + 1, after).some(({ op }) => op !== "sync" && op !== "syncFolder");
}

/** The step of the newest completed checkpoint; undefined if none is. */
export function stepsCompleted(log: readonly FileOperation[], after: number): number | undefined {
  return log
    .map((operation, i) => (isDone(log, i, after) ? stepsSavedBy(operation) : undefined))
    .findLast(Number.isFinite);
}

/** Whether a file of the run counts as completed. */
export function isCompleted(log: readonly FileOperation[], name: string, after: number): boolean {
  return log.some((operation, i) => operation.op === "rename" && operation.to === name && isDone(log, i, after));
}

/**
 * Whether resuming reads the file. It removes drafts whatever their content, and ignores a lock before a run begins.
 */
export const isRead = (path: string): boolean => !/\.(part|lock)$/.test(path);

/** The name of a checkpoint file. */
export const nameOf = (steps: number): string => `step-${String(steps).padStart(12, "0")}.checkpoint`;
