/** A run whose file operations were recorded, and what it can say after each of them. */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FileOperation } from "../faults/record-files.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { ALONE, trainJson } from "./train-cli.ts";

const RECORDER = fileURLToPath(new URL("../faults/record-files.ts", import.meta.url));

/** Where the recorded run is, below its working directory: two folders are made for it. */
export const RUN = "runs/kept";
export const JOB = ["--examples", "60", "--hidden", "3", "--batch-size", "10", ...ALONE];
const FEWEST_CHECKPOINTS = 5;

export interface RecordedRun {
  readonly log: readonly FileOperation[];
  readonly epochs: string;
  readonly weightsSha256: string;
}

/** Checkpoints are taken beside the training: how many epochs it takes until there are five is a matter of time. */
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

/** A run that goes on in a working directory, and ends there. */
export async function recordResumed(cwd: string, epochs: number): Promise<readonly FileOperation[]> {
  const logPath = join(temporaryFolder(), "log.json");
  await trainJson(["--resume", RUN, "--epochs", String(epochs), "--checkpoint-every", "1", ...ALONE], {
    cwd,
    env: { FILE_LOG: logPath },
    nodeOptions: ["--import", RECORDER],
  });
  return JSON.parse(readFileSync(logPath, "utf8"));
}

/** Where the checkpoint stands that gets its name by the operation. */
export function stepsSavedBy(operation: FileOperation): number | undefined {
  const name = operation.op === "rename" ? /step-(\d{12})\.checkpoint$/.exec(operation.to) : null;
  return name === null ? undefined : Number(name[1]);
}

/**
 * Whether what an operation did counts as done for the run after so many operations: it has gone on to something else
 * than waiting for the disk, or it has ended.
 */
function isDone(log: readonly FileOperation[], index: number, after: number): boolean {
  if (after === log.length) return index < after;
  return log.slice(index + 1, after).some(({ op }) => op !== "sync" && op !== "syncFolder");
}

/** The newest checkpoint that counts as completed; undefined: none does. */
export function stepsCompleted(log: readonly FileOperation[], after: number): number | undefined {
  return log
    .map((operation, i) => (isDone(log, i, after) ? stepsSavedBy(operation) : undefined))
    .findLast(Number.isFinite);
}

/** Whether a file of the run counts as completed. */
export function isCompleted(log: readonly FileOperation[], name: string, after: number): boolean {
  return log.some((operation, i) => operation.op === "rename" && operation.to === name && isDone(log, i, after));
}

/** What whoever goes on reads; drafts are removed, whatever is in them, and a lock is not looked at before a run begins. */
export const isRead = (path: string): boolean => !/\.(part|lock)$/.test(path);

/** Of a checkpoint. */
export const nameOf = (steps: number): string => `step-${String(steps).padStart(12, "0")}.checkpoint`;
