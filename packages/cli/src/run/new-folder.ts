/** The folder that a user names for a new run: what may be in it, and what not. */
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
/** Of a sweep, in place of these. */
export const RESULTS = "results";
/** What a sweep was asked for. */
export const SWEEP = "sweep.json";
/** Where events for TensorBoard go that no folder was named for. */
export const EVENTS = "tensorboard";
/** Where nothing may lie but what a run keeps there. */
export const INNER_FOLDERS: ReadonlySet<string> = new Set([CHECKPOINTS, RESULTS, TRIALS]);
/** Where its page is, or was. */
export const PAGE_ADDRESS = "page.json";
/** What a run drafts before it has anything to keep. */
const DRAFTS: ReadonlySet<string | undefined> = new Set(["config.json", ENVIRONMENT, METRICS_CSV, SWEEP, LOCK]);

const RESULT = /^run-\d{4,5}-epochs-\d+\.json$/;

/** Whether a file of that name is a sweep's result: only names that this program gives. */
export const isResult = (name: string): boolean => RESULT.test(name);

/**
 * Checks a folder that the user names.
 * @throws InputError when it holds something already, or is none
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

/** What a run left behind that was killed before it had anything to go on from. */
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

/** @returns undefined for a folder that may be used, or nothing */
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
