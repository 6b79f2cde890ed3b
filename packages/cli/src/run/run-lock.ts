/** Who is at work in a run's folder: two processes there would write over each other's files. */
import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kindOf } from "../disk/regular-file.ts";
import { type Holder, isHolder, type Life, lifeOf, thisProcess } from "./lock-holder.ts";

export const LOCK = ".scratch-nn.lock";

/** What became of a wish to lock a folder. */
export type Locking =
  /** `takenFrom`: whoever had it before is no process that can be seen from here. */
  | { readonly isLocked: true; readonly takenFrom: Holder | undefined }
  /** `isCertain`: false where it may be another process, that was given the number later. */
  | { readonly isLocked: false; readonly holder: Holder; readonly isCertain: boolean };

/** Folders that this process has locked. */
const locked = new Set<string>();

/** So many others may come and go in between. */
const MAX_TRIES = 10;

/**
 * Locks a folder until {@link unlock}, or the end of the process.
 * @throws what the file system says
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

/** Who is at work in a folder, as far as that can be seen from here; undefined for nobody. It changes nothing. */
export function holderOf(folder: string): { readonly holder: Holder; readonly life: Life } | undefined {
  const holder = holderIn(read(join(folder, LOCK)));
  const life = holder === undefined ? "dead" : lifeOf(holder);
  return holder === undefined || life === "dead" ? undefined : { holder, life };
}

/** Gives the folder free, if it is this process's. */
export function unlock(folder: string): void {
  locked.delete(folder);
  const path = join(folder, LOCK);
  if (read(path) === textOf(thisProcess())) rmSync(path, { force: true });
}

function unlockAll(): void {
  for (const folder of locked) unlock(folder);
}

const textOf = (holder: Holder): string => JSON.stringify(holder);

/** A name beside the lock, for what is not in force. */
const draftOf = (path: string): string => `${path}.${randomBytes(6).toString("hex")}.part`;

/** What a file system says that has no second names for a file. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set([
  "EACCES",
  "EMLINK",
  "ENOSYS",
  "ENOTSUP",
  "EOPNOTSUPP",
  "EPERM",
]);

/** Makes the lock with its content at once: one that is empty for a moment would be taken for that of a dead process. */
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
 * Takes a dead process's lock away: by a rename, which one of several that want it does. Whoever comes late, and has
 * got hold of the next one's, puts it back.
 * @param text what it held when it was looked at
 * @returns whether it was that one
 */
function takeAway(path: string, text: string | undefined): boolean {
  // What is in a folder is not this program's: it is left where it is, and this throws.
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
    // Otherwise a third one has it by now.
    if (NO_LINKS.has((error as NodeJS.ErrnoException).code)) renameSync(aside, path);
  } finally {
    rmSync(aside, { force: true });
  }
  return isIt;
}

/** Of a lock that a process wrote. */
const MOST_BYTES = 65_536;

/** @returns undefined for what is no file, or is gone */
function read(path: string): string | undefined {
  if (kindOf(path) !== "file") return undefined;
  try {
    if (statSync(path).size > MOST_BYTES) return undefined;
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** @returns undefined for what no process wrote, or did not come to write */
function holderIn(text: string | undefined): Holder | undefined {
  try {
    const found: unknown = JSON.parse(text ?? "");
    return isHolder(found) ? found : undefined;
  } catch {
    return undefined;
  }
}
