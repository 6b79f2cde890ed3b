/** Checks the folder that a user names for a new run, and names a run's files. */
import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@scratch-nn/core";
import { isCheckpoint } from "../checkpoint/checkpoint-store.ts";
import { draftedBy } from "../disk/durable.ts";
import { kindOf } from "../disk/regular-file.ts";
import { ENVIRONMENT } from "../record/environment.ts";
import { METRICS_CSV } from "../record/metrics-csv.ts";
import { TRIALS } from "../trials/trial-store.ts";
import { diskFailure } from "./disk-failure.ts";
import { LOCK } from "./run-lock.ts";

export const CHECKPOINTS = "checkpoints";
/** A sweep's folder of results, in place of these. */
export const RESULTS = "results";
/** The settings of a sweep. */
export const SWEEP = "sweep.json";
/** The folder of TensorBoard's events where the user names none. */
export const EVENTS = "tensorboard";
/** Folders that may contain only the run's own files. */
export const INNER_FOLDERS: ReadonlySet<string> = new Set([CHECKPOINTS, RESULTS, TRIALS]);
/** The address of the run's page, current or past. */
export const PAGE_ADDRESS = "page.json";
/** Drafts that a run may leave before it has anything to save. */
const DRAFTS: ReadonlySet<string | undefined> = new Set(["config.json", ENVIRONMENT, METRICS_CSV, SWEEP, LOCK]);

const RESULT = /^run-\d{4,5}-epochs-\d+\.json$/;

/** Whether a file name is one that this program gives to a sweep's results. */
export const isResult = (name: string): boolean => RESULT.test(name);

/**
 * Checks a folder that the user names.
 * @throws InputError when it contains something, or is no folder
 */
export function requireNewFolder(wanted: string): void {
  const found = occupantOf(wanted);
  if (found === undefined) return;
  throw new InputError({
    where: "--out",
    expected: "a new or empty folder",
    found,
    remedy: "name another one, or go on with what is there by --resume; nothing was changed",
  });
}

/** The files of a run that was killed before it had anything to resume from. */
export function leftoversIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== LOCK && isLeftover(folder, entry))
    .map(({ name }) => name);
}

function isLeftover(folder: string, entry: Dirent): boolean {
  if (entry.name === LOCK) return true;
  const isOwn = { [CHECKPOINTS]: isCheckpoint, [RESULTS]: isResult }[entry.name];
  if (isOwn === undefined) return entry.isFile() && DRAFTS.has(draftedBy(entry.name));
  return entry.isDirectory() && readdirSync(join(folder, entry.name)).every((name) => isOwn(draftedBy(name) ?? ""));
}

/** @returns undefined for a usable folder, or a path that does not exist */
function occupantOf(wanted: string): string | undefined {
  if (wanted === "") return "nothing";
  const kind = kindOf(wanted);
  if (kind !== undefined && kind !== "folder") return `${wanted}, which is a ${kind}`;
  try {
    const names = readdirSync(wanted, { withFileTypes: true })
      .filter((entry) => !isLeftover(wanted, entry))
      .map(({ name }) => name);
    if (names.length === 0) return undefined;
    return `one that holds ${names.slice(0, 3).join(", ")}${names.length > 3 ? ", ..." : ""}`;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    if (code === "ENOTDIR") return `${wanted}, which is or lies under a file`;
    throw diskFailure(wanted, cause, "nothing was left there");
  }
}
