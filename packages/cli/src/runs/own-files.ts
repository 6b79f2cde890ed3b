/** Lists the files in a run's folder that this program wrote; only these are ever removed. */
import { type Dirent, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isCheckpoint } from "../checkpoint/checkpoint-store.ts";
import { draftedBy } from "../disk/durable.ts";
import { beginsWith } from "../disk/written-place.ts";
import { isEventFile } from "../record/tensorboard.ts";
import { TRACE_BEGINNING } from "../record/trace.ts";
import { CHECKPOINTS, EVENTS, isResult, RESULTS, SWEEP } from "../run/new-folder.ts";
import { OWN_FILES } from "../run/run-folder.ts";
import { LOCK } from "../run/run-lock.ts";
import { CONFIG } from "../run/run-record.ts";
import { isTrial, TRIALS } from "../trials/trial-store.ts";

export interface OwnFiles {
  /**
   * Paths below the run's folder. The files that identify a run come last, so that an interrupted removal leaves a
   * recognisable run.
   */
  readonly files: readonly string[];
  /** Folders that are empty once the files are removed. */
  readonly folders: readonly string[];
  readonly bytes: number;
  /** The first foreign file; where there is one, nothing is removed. */
  readonly foreign: string | undefined;
}

const INNER: Readonly<Record<string, (name: string) => boolean>> = {
  [CHECKPOINTS]: (name) => isCheckpoint(name.replace(/\.damaged$/, "")),
  [TRIALS]: isTrial,
  [RESULTS]: isResult,
  [EVENTS]: isEventFile,
};

/** Whether a name is one that a run writes, or a draft of one. */
const isNamed = (name: string, isOwn: (name: string) => boolean): boolean => isOwn(draftedBy(name) ?? name);

/** All of a run's files. */
export function ownFiles(run: string): OwnFiles {
  const folders = entriesOf(run).filter(({ name }) => Object.hasOwn(INNER, name));
  const inner = folders.map(({ name }) => innerFiles(run, name));
  const others = entriesOf(run).filter(({ name }) => !Object.hasOwn(INNER, name) && name !== LOCK);
  const isOwn = (entry: Dirent): boolean =>
    entry.isFile() &&
    (isNamed(entry.name, (name) => OWN_FILES.has(name)) || beginsWith(join(run, entry.name), TRACE_BEGINNING));
  const known: ReadonlySet<string> = new Set([CONFIG, SWEEP]);
  const names = others.map(({ name }) => name).sort((a, b) => Number(known.has(a)) - Number(known.has(b)));
  const foreign = others.find((entry) => !isOwn(entry))?.name ?? inner.find((each) => each.foreign)?.foreign;
  return {
    files: [...inner.flatMap(({ files }) => files), ...names],
    folders: inner.flatMap((each) => each.folders),
    bytes: inner.reduce((sum, { bytes }) => sum + bytes, 0) + bytesOf(run, names),
    foreign,
  };
}

/** The files that a finished run could be resumed from: checkpoints, saved trials. */
export function ownStates(run: string): OwnFiles {
  const found = [CHECKPOINTS, TRIALS].filter((name) => entriesOf(run).some((entry) => entry.name === name));
  const inner = found.map((name) => innerFiles(run, name));
  return {
    files: inner.flatMap(({ files }) => files),
    folders: inner.flatMap(({ folders }) => folders),
    bytes: inner.reduce((sum, { bytes }) => sum + bytes, 0),
    foreign: inner.find((each) => each.foreign)?.foreign,
  };
}

function innerFiles(run: string, folder: string): OwnFiles {
  const entry = entriesOf(run).find(({ name }) => name === folder)!;
  if (!entry.isDirectory()) return { files: [], folders: [], bytes: 0, foreign: folder };
  const entries = entriesOf(join(run, folder));
  const foreign = entries.find((each) => !(each.isFile() && isNamed(each.name, INNER[folder])));
  const files = entries.map(({ name }) => join(folder, name));
  return { files, folders: [folder], bytes: bytesOf(run, files), foreign: foreign && join(folder, foreign.name) };
}

const entriesOf = (folder: string): Dirent[] => readdirSync(folder, { withFileTypes: true });

function bytesOf(run: string, files: readonly string[]): number {
  return files.reduce((sum, file) => sum + (lstatSync(join(run, file), { throwIfNoEntry: false })?.size ?? 0), 0);
}
