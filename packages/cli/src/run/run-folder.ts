/** The folder of a run: claimed before the work begins, filled as it goes on, every file whole. */
import { mkdirSync, rmdirSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { InputError } from "@scratch-nn/core";
import { makeDurably, removeUnfinished, syncNameOf, writeDurably } from "../disk/durable.ts";
import { kindOf } from "../disk/regular-file.ts";
import { printable } from "../output/printable.ts";
import { warning } from "../output/report.ts";
import { ENVIRONMENT } from "../record/environment.ts";
import { METRICS_CSV } from "../record/metrics-csv.ts";
import { diskFailure } from "./disk-failure.ts";
import { CHECKPOINTS, EVENTS, leftoversIn, PAGE_ADDRESS, type RESULTS, requireNewFolder, SWEEP } from "./new-folder.ts";
import { LOCK, lock, unlock } from "./run-lock.ts";

/** Files of a run by name; undefined for one that is not to be there any more. */
export type RunFiles = Readonly<Record<string, string | Uint8Array | undefined>>;

/** The network as the training left it, where the run gives another: its best, or a mean. */
export const LAST_MODEL = "model-last.safetensors";

/** What a run writes beside its checkpoints, and a sweep beside its results. */
export const OWN_FILES: ReadonlySet<string> = new Set([
  "config.json",
  ENVIRONMENT,
  METRICS_CSV,
  "metrics.json",
  "model.safetensors",
  LAST_MODEL,
  "report.html",
  PAGE_ADDRESS,
  SWEEP,
  "table.json",
  LOCK,
]);

/** Where what comes in the course of it is kept. */
type Inner = typeof CHECKPOINTS | typeof RESULTS;

const NOTHING_LEFT = "nothing was left there";

/**
 * Claiming is done at once, without a turn of the event loop: a signal finds the folder as it was, or claimed by a
 * run that can clear it away.
 */
export class RunFolder {
  /** As the user may name it. */
  readonly path: string;
  /** What was made in it, and is this run's to remove, should there be nothing to keep; undefined: it was there. */
  readonly #inner: Inner | undefined;
  /** The outermost folder that was made for it; undefined: it was there. */
  readonly #made: string | undefined;
  /** Files by name, as they were last written. */
  readonly #written = new Map<string, string | Uint8Array | undefined>();
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(path: string, inner: Inner | undefined, made: string | undefined) {
    this.path = path;
    this.#inner = inner;
    this.#made = made;
  }

  /**
   * Claims the folder that the user names, so that a disk that cannot be written to is found out before the work. What
   * a run left that was killed before it had anything to keep is cleared away.
   * @throws InputError when there is something in it, or another process at work
   * @throws FailureError when the disk does not let it
   */
  static claim(wanted: string, inner: Inner = CHECKPOINTS): RunFolder {
    requireNewFolder(wanted);
    return onDisk(wanted, NOTHING_LEFT, () => {
      const around = makeDurably(dirname(resolve(wanted)));
      const made = make(wanted) ? (around ?? resolve(wanted)) : undefined;
      syncNameOf(wanted);
      lockOrRefuse("--out", wanted);
      // Another process may have been at work and have ended between the two looks.
      requireNewFolder(wanted);
      const leftovers = leftoversIn(wanted);
      for (const name of leftovers) rmSync(join(wanted, name), { recursive: true });
      mkdirSync(join(wanted, inner));
      return new RunFolder(wanted, inner, made ?? (leftovers.length > 0 ? resolve(wanted) : undefined));
    });
  }

  /** Claims a folder of that name or, where there is one, the next free name (name-2, name-3, ...). */
  static claimNext(wanted: string, inner: Inner = CHECKPOINTS): RunFolder {
    for (let attempt = 1; ; attempt++) {
      const path = attempt === 1 ? wanted : `${wanted}-${attempt}`;
      const folder = onDisk(path, NOTHING_LEFT, () => {
        makeDurably(dirname(resolve(path)));
        // Of several processes, one makes it.
        if (!make(path)) return undefined;
        syncNameOf(path);
        lockOrRefuse("--out", path);
        mkdirSync(join(path, inner));
        return new RunFolder(path, inner, resolve(path));
      });
      if (folder !== undefined) return folder;
    }
  }

  /**
   * The folder of a run that goes on.
   * @throws InputError when another process is at work in it
   */
  static async reopen(path: string): Promise<RunFolder> {
    onDisk(path, "nothing was changed", () => lockOrRefuse("--resume", path));
    await removeUnfinished(path, (name) => OWN_FILES.has(name));
    return new RunFolder(path, undefined, undefined);
  }

  get checkpoints(): string {
    return checkpointsOf(this.path);
  }

  /**
   * Writes files, each of them whole or not at all; with those written before, where somebody has moved the folder away.
   * @param otherwise what there is if they cannot be written
   * @throws FailureError when the disk is full or read-only
   */
  async write(files: RunFiles, otherwise: string): Promise<void> {
    const writing = this.#writeAll(files);
    this.#writing = writing.catch(() => {});
    try {
      await writing;
    } catch (cause) {
      throw diskFailure(this.path, cause, otherwise);
    }
  }

  async #writeAll(files: RunFiles): Promise<void> {
    for (const [name, content] of Object.entries(files)) this.#written.set(name, content);
    const isGone = kindOf(this.path) === undefined;
    if (isGone) makeDurably(this.path);
    // What was there before is written again, so that what is learnt is not without what it came from.
    for (const [name, content] of isGone ? this.#written : Object.entries(files)) {
      const path = join(this.path, name);
      if (content === undefined) rmSync(path, { force: true });
      else await writeDurably(path, content);
    }
  }

  /** Gives the folder free for whoever goes on with the run: this process, or another. */
  release(): void {
    unlock(this.path);
  }

  /** Removes a run that has nothing to keep; not one that was there before. */
  async discard(): Promise<void> {
    await this.#writing;
    if (this.#inner === undefined) return unlock(this.path);
    for (const name of [this.#inner, EVENTS, LOCK, PAGE_ADDRESS, ...this.#written.keys()]) {
      rmSync(join(this.path, name), { recursive: true, force: true });
    }
    if (this.#made !== undefined) removeEmpty(resolve(this.path), this.#made);
  }
}

export const checkpointsOf = (run: string): string => join(run, CHECKPOINTS);

/** @throws FailureError for what the file system says */
function onDisk<Result>(path: string, otherwise: string, act: () => Result): Result {
  try {
    return act();
  } catch (cause) {
    throw diskFailure(path, cause, otherwise);
  }
}

/** @throws InputError when another process has it */
function lockOrRefuse(flag: string, run: string): void {
  const locking = lock(run);
  if (!locking.isLocked) {
    const { holder, isCertain } = locking;
    const remedy =
      flag === "--out" ? "name another folder" : "wait for it, or stop it with Ctrl-C; nothing was changed";
    throw new InputError({
      where: flag,
      expected: "a run that no other process is at work on",
      found: `process ${holder.pid} at work in ${run}`,
      remedy: isCertain ? remedy : `${remedy}; if that process is another program, remove ${join(run, LOCK)}`,
    });
  }
  const { takenFrom } = locking;
  if (takenFrom === undefined) return;
  const who = `process ${takenFrom.pid} of ${printable(takenFrom.host)}`;
  process.stderr.write(
    `${warning(`${who} was at work in ${printable(run)}, and cannot be seen from here; if it still is, stop one of the two`)}\n`,
  );
}

/** @returns false when there is something of that name already */
function make(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Removes a folder and those that it lies in, up to `outermost`, as far as there is nothing else in them. */
function removeEmpty(folder: string, outermost: string): void {
  for (let path = folder; ; path = dirname(path)) {
    try {
      rmdirSync(path);
    } catch {
      return;
    }
    if (path === outermost) return;
  }
}

/** `runs/<time>-<name>`, the time as in 2026-01-31T12-00-00. */
export function defaultRunPath(data: string, now = new Date()): string {
  const time = now.toISOString().slice(0, 19).replaceAll(":", "-");
  const name =
    basename(data)
      .replace(/[^\w.-]+/g, "-")
      .replace(/^[-.]+/, "") || "data";
  return join("runs", `${time}-${name}`);
}
