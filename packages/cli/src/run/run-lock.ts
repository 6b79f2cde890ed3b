/** Locks a run's folder for one process, since two processes would overwrite each other's files. */
import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kindOf } from "../disk/regular-file.ts";
import { type Holder, isHolder, type Life, lifeOf, thisProcess } from "./lock-holder.ts";

export const LOCK = ".scratch-nn.lock";

/** The result of an attempt to lock a folder. */
export type Locking =
  /** `takenFrom`: the earlier holder, which is not alive as far as this process can see. */
  | { readonly isLocked: true; readonly takenFrom: Holder | undefined }
  /** `isCertain`: false where the process may be a later one with the same number. */
  | { readonly isLocked: false; readonly holder: Holder; readonly isCertain: boolean };

/** The folders that this process has locked. */
const locked = new Set<string>();

/** The number of attempts when other processes take and release the lock meanwhile. */
const MAX_TRIES = 10;

/**
 * Locks a folder until {@link unlock}, or the end of the process.
 * @throws the file system's error
 */
export function lock(folder: string): Locking {
  const path = join(folder, LOCK);
  let takenFrom: Holder | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      create(path, textOf(thisProcess()));
      locked.add(folder);
      process.off("exit", unlockAll).once("exit", unlockAll);
      return { isLocked: true, takenFrom };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || attempt === MAX_TRIES) throw error;
      const text = read(path);
      const holder = holderIn(text);
      const life = holder === undefined ? "dead" : lifeOf(holder);
      if (holder !== undefined && (life === "alive" || life === "perhaps alive")) {
        return { isLocked: false, holder, isCertain: life === "alive" };
      }
      if (takeAway(path, text) && life === "out of sight") takenFrom = holder;
    }
  }
}

/** The process at work in a folder, as far as this process can see; undefined for none. Changes nothing. */
export function holderOf(folder: string): { readonly holder: Holder; readonly life: Life } | undefined {
  const holder = holderIn(read(join(folder, LOCK)));
  const life = holder === undefined ? "dead" : lifeOf(holder);
  return holder === undefined || life === "dead" ? undefined : { holder, life };
}

/** Removes the lock if this process holds it. */
export function unlock(folder: string): void {
  locked.delete(folder);
  const path = join(folder, LOCK);
  if (read(path) === textOf(thisProcess())) rmSync(path, { force: true });
}

function unlockAll(): void {
  for (const folder of locked) unlock(folder);
}

const textOf = (holder: Holder): string => JSON.stringify(holder);

/** A name beside the lock for a file that is not in force. */
const draftOf = (path: string): string => `${path}.${randomBytes(6).toString("hex")}.part`;

/** Error codes of file systems without hard links. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set([
  "EACCES",
  "EMLINK",
  "ENOSYS",
  "ENOTSUP",
  "EOPNOTSUPP",
  "EPERM",
]);

/** Creates the lock atomically with its content: an empty lock would look like a dead process's. */
function create(path: string, text: string): void {
  const draft = draftOf(path);
  try {
    writeFileSync(draft, text, { flag: "wx" });
    linkSync(draft, path);
  } catch (error) {
    if (!NO_LINKS.has((error as NodeJS.ErrnoException).code)) throw error;
    writeFileSync(path, text, { flag: "wx" });
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Removes a dead process's lock by a rename, which succeeds for one of several processes only. A process that is late
 * and has renamed the next holder's lock puts it back.
 * @param text the content when the lock was read
 * @returns whether the removed lock had this content
 */
function takeAway(path: string, text: string | undefined): boolean {
  // A folder is not this program's: rmSync throws and leaves it in place.
  if (kindOf(path) === "folder") rmSync(path);
  const aside = draftOf(path);
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
  const isIt = read(aside) === text;
  try {
    if (!isIt) linkSync(aside, path);
  } catch (error) {
    // Otherwise a third process holds the lock by now.
    if (NO_LINKS.has((error as NodeJS.ErrnoException).code)) renameSync(aside, path);
  } finally {
    rmSync(aside, { force: true });
  }
  return isIt;
}

/** The largest size of a valid lock. */
const MOST_BYTES = 65_536;

/** @returns undefined where the path is no file, or is gone */
function read(path: string): string | undefined {
  if (kindOf(path) !== "file") return undefined;
  try {
    if (statSync(path).size > MOST_BYTES) return undefined;
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** @returns undefined for content that no process has written, or not completely */
function holderIn(text: string | undefined): Holder | undefined {
  try {
    const found: unknown = JSON.parse(text ?? "");
    return isHolder(found) ? found : undefined;
  } catch {
    return undefined;
  }
}
