/** Manages a run's folder: claims it before the work begins, and writes each file atomically. */
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

/** Files of a run by name; undefined for a file that must no longer exist. */
export type RunFiles = Readonly<Record<string, string | Uint8Array | undefined>>;

/** The network at the end of training, where the run returns another: its best, or a mean. */
export const LAST_MODEL = "model-last.safetensors";

/** A run's files beside its checkpoints, and a sweep's beside its results. */
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

/** The folder of intermediate results. */
type Inner = typeof CHECKPOINTS | typeof RESULTS;

const NOTHING_LEFT = "nothing was left there";

/**
 * Claiming is synchronous, so that a signal finds the folder either unchanged or claimed by a run that can remove it.
 */
export class RunFolder {
  /** The path that the user can use. */
  readonly path: string;
  /** The inner folder that this run created, to be removed if there is nothing to save; undefined: it existed. */
  readonly #inner: Inner | undefined;
  /** The outermost folder that was created for it; undefined: it existed. */
  readonly #made: string | undefined;
  /** The last written content of each file, by name. */
  readonly #written = new Map<string, string | Uint8Array | undefined>();
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(path: string, inner: Inner | undefined, made: string | undefined) {
    this.path = path;
    this.#inner = inner;
    this.#made = made;
  }

  /**
   * Claims the folder that the user names, which also detects a read-only disk before the work. Removes files of a run
   * that was killed before it had anything to save.
   * @throws InputError when the folder contains something, or another process is at work in it
   * @throws FailureError when the disk refuses
   */
  static claim(wanted: string, inner: Inner = CHECKPOINTS): RunFolder {
    requireNewFolder(wanted);
    return onDisk(wanted, NOTHING_LEFT, () => {
      const around = makeDurably(dirname(resolve(wanted)));
      const made = make(wanted) ? (around ?? resolve(wanted)) : undefined;
      syncNameOf(wanted);
      lockOrRefuse("--out", wanted);
      // Another process may have worked and ended between the two checks.
      requireNewFolder(wanted);
      const leftovers = leftoversIn(wanted);
      for (const name of leftovers) rmSync(join(wanted, name), { recursive: true });
      mkdirSync(join(wanted, inner));
      return new RunFolder(wanted, inner, made ?? (leftovers.length > 0 ? resolve(wanted) : undefined));
    });
  }

  /** Claims a folder of that name or, where it exists, the next free name (name-2, name-3, ...). */
  static claimNext(wanted: string, inner: Inner = CHECKPOINTS): RunFolder {
    for (let attempt = 1; ; attempt++) {
      const path = attempt === 1 ? wanted : `${wanted}-${attempt}`;
      const folder = onDisk(path, NOTHING_LEFT, () => {
        makeDurably(dirname(resolve(path)));
        // Of several processes, one creates it.
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
   * Opens the folder of a resumed run.
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
   * Writes files atomically. Where the folder was moved away, it writes the earlier files again.
   * @param otherwise describes what remains if they cannot be written
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
    // Writes the earlier files again, so that the results are not without their config.
    for (const [name, content] of isGone ? this.#written : Object.entries(files)) {
      const path = join(this.path, name);
      if (content === undefined) rmSync(path, { force: true });
      else await writeDurably(path, content);
    }
  }

  /** Unlocks the folder for this process or another that resumes the run. */
  release(): void {
    unlock(this.path);
  }

  /** Removes a run that has nothing to save, but not one that existed before. */
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

/** @throws FailureError for the file system's errors */
function onDisk<Result>(path: string, otherwise: string, act: () => Result): Result {
  try {
    return act();
  } catch (cause) {
    throw diskFailure(path, cause, otherwise);
  }
}

/** @throws InputError when another process holds the lock */
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

/** @returns false when the name exists already */
function make(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Removes a folder and its parents, up to `outermost`, as long as they are empty. */
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

/** `runs/<time>-<name>`, with the time as in 2026-01-31T12-00-00. */
export function defaultRunPath(data: string, now = new Date()): string {
  const time = now.toISOString().slice(0, 19).replaceAll(":", "-");
  const name =
    basename(data)
      .replace(/[^\w.-]+/g, "-")
      .replace(/^[-.]+/, "") || "data";
  return join("runs", `${time}-${name}`);
}
