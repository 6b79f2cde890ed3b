/** Who is at work in a run's folder: two processes there would write over each other's files. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { kindOf } from "../disk/regular-file.ts";

export const LOCK = ".scratch-nn.lock";

/** A process, told apart from a later one of the same number by when it started. */
interface Holder {
  readonly host: string;
  readonly pid: number;
  /** In ticks since the machine's start, where Linux says it. */
  readonly started: string | undefined;
}

/** Takes so many locks of the dead before it gives up. */
const MAX_TRIES = 3;

/**
 * Locks a folder until {@link unlock}, or the end of the process.
 * @returns the number of the living process that has it; undefined when it is locked now
 * @throws what the file system says
 */
export function lock(folder: string): number | undefined {
  const path = join(folder, LOCK);
  const own: Holder = { host: hostname(), pid: process.pid, started: startOf(process.pid) };
  for (let attempt = 1; ; attempt++) {
    try {
      writeFileSync(path, JSON.stringify(own), { flag: "wx" });
      process.once("exit", () => unlock(folder));
      return undefined;
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === "EEXIST";
      // A full disk leaves an empty one.
      if (!isTaken) rmSync(path, { force: true });
      if (!isTaken || attempt === MAX_TRIES) throw error;
      const holder = readHolder(path);
      if (holder !== undefined && isAlive(holder)) return holder.pid;
      rmSync(path, { force: true });
    }
  }
}

/** Gives the folder free, if it is this process's. */
export function unlock(folder: string): void {
  const path = join(folder, LOCK);
  if (readHolder(path)?.pid === process.pid) rmSync(path, { force: true });
}

/** @returns undefined for a file that is none, or that its process did not come to write */
function readHolder(path: string): Holder | undefined {
  if (kindOf(path) !== "file") return undefined;
  try {
    const { host, pid, started } = JSON.parse(readFileSync(path, "utf8")) as Partial<Holder>;
    return typeof host === "string" && Number.isInteger(pid) ? { host, pid: pid!, started } : undefined;
  } catch {
    return undefined;
  }
}

/** Of another machine nothing can be known: a run that was killed there must be able to go on here. */
function isAlive({ host, pid, started }: Holder): boolean {
  if (host !== hostname() || pid < 1) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return started === startOf(pid);
}

/** Of a process of this machine: the 22nd field, counted behind the name, which may hold blanks and brackets. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
