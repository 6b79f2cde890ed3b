/** `runs clean`: removes what the flags choose, file by file, if --yes is given. */
import { rmdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { columns } from "../output/columns.ts";
import { EXIT } from "../output/exit.ts";
import { printable, printableJson } from "../output/printable.ts";
import { colorsFor, counted, thousands, warning } from "../output/report.ts";
import { print } from "../output/stdout.ts";
import { lock, unlock } from "../run/run-lock.ts";
import { type CleanFlags, chooseRemovals, type Removal } from "./choose.ts";
import { runsOf } from "./list-runs.ts";
import { ownFiles, ownStates } from "./own-files.ts";
import { kindWithoutLinks, readRun } from "./run-entry.ts";

export interface CleanOptions extends CleanFlags {
  readonly yes: boolean;
  readonly json: boolean;
}

/** The result of one removal. */
interface Done {
  readonly removal: Removal;
  /** The reason why it was not removed; undefined where it was. */
  readonly stays: string | undefined;
}

const MOST_CELL = 40;

/** @throws InputError where the folder does not exist, or no flag chooses runs */
export async function cleanRuns(folder: string, options: CleanOptions): Promise<void> {
  const removals = chooseRemovals(await runsOf(folder), options);
  const done: Done[] = [];
  for (const removal of removals) done.push(await settle(removal, options.yes));
  const staying = done.filter(({ stays }) => stays !== undefined && stays !== NOT_YET);
  // Showing what would be removed is no failure.
  if (options.yes && staying.length > 0) {
    process.exitCode = EXIT.failure;
    const [{ removal, stays }] = staying;
    const first = `${printable(removal.run.path)}: ${printable(stays!)}`;
    process.stderr.write(
      `${warning(`${staying.length} of ${counted(done.length, "removal")} failed, the first ${first}`)}\n`,
    );
  }
  if (options.json) return await print(`${printableJson(done.map(asJson))}\n`);
  await print(`${describe(done, options.yes)}\n`);
}

const NOT_YET = "";

async function settle(removal: Removal, isMeant: boolean): Promise<Done> {
  const { foreign } = removal.own;
  if (foreign !== undefined) return { removal, stays: `it holds ${foreign}, which no run wrote` };
  if (!isMeant) return { removal, stays: NOT_YET };
  try {
    return { removal, stays: await remove(removal) };
  } catch (error) {
    return { removal, stays: (error as Error).message };
  }
}

/** Checks again under the lock, which prevents a resume meanwhile. @returns the reason why it stays */
async function remove({ run: { path, state }, what }: Removal): Promise<string | undefined> {
  if (kindWithoutLinks(path) !== "folder") return "it is no folder any more";
  if ((await readRun(path)).state !== state) return "it is not as it was";
  const locking = lock(path);
  if (!locking.isLocked) return `process ${locking.holder.pid} is at work there`;
  try {
    const own = what === "run" ? ownFiles(path) : ownStates(path);
    if (own.foreign !== undefined) return `it holds ${own.foreign}, which no run wrote`;
    // Removes a link itself, never its target; removes a folder only when it is empty.
    const inner = own.files.filter((file) => own.folders.some((folder) => file.startsWith(join(folder, "/"))));
    for (const file of inner) unlinkSync(join(path, file));
    for (const folder of own.folders) rmdirSync(join(path, folder));
    for (const file of own.files.slice(inner.length)) unlinkSync(join(path, file));
  } finally {
    unlock(path);
  }
  if (what === "run") rmdirSync(path);
  return undefined;
}

function asJson({ removal: { run, what, why, own }, stays }: Done) {
  const { path, state } = run;
  return { path, state, what, why, bytes: own.bytes, removed: stays === undefined, ...(stays ? { stays } : {}) };
}

function describe(done: readonly Done[], isMeant: boolean): string {
  if (done.length === 0) return "nothing to remove";
  const colors = colorsFor(process.stdout);
  const rows = done.map(({ removal: { run, what, why, own }, stays }) => [
    stays === undefined ? "removed" : stays === NOT_YET ? "to remove" : "stays",
    what,
    printable(run.path, MOST_CELL),
    size(own.bytes),
    printable(stays || why),
  ]);
  const gone = done.filter(({ stays }) => stays === (isMeant ? undefined : NOT_YET));
  const bytes = size(gone.reduce((sum, { removal }) => sum + removal.own.bytes, 0));
  const end = isMeant
    ? `${counted(gone.length, "removal")}, ${bytes}`
    : `${warning(`nothing is removed without --yes: ${counted(gone.length, "removal")}, ${bytes}`)}`;
  return [...columns(["", "what", "run", "size", "why"], rows, colors), "", end].join("\n");
}

const size = (bytes: number): string => (bytes < 1e6 ? `${thousands(bytes / 1e3)} kB` : `${thousands(bytes / 1e6)} MB`);
