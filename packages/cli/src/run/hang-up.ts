/** Detects nohup: whether the run should continue when the terminal is closed. */
import { readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";

const SIGHUP = 1n;

/** The sources of evidence; folders and environment are parameters for tests. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  /** The /proc folder, on Linux. */
  readonly proc: string;
  readonly parent: number;
}

/**
 * nohup starts a program with SIGHUP ignored, but Node resets every signal before JavaScript runs. The remaining
 * evidence: shells put the command's path into `_` (bash, zsh, ksh); nohup names its output nohup.out; a parent under
 * nohup or after `trap '' HUP` ignores the signal itself.
 * @returns false where there is no evidence; the run is then saved, and prints how to resume
 */
export function isNohup({ env, proc, parent }: Surroundings): boolean {
  const command = env["_"];
  if (command !== undefined && basename(command) === "nohup") return true;
  if ([1, 2].some((stream) => nameOf(`${proc}/self/fd/${stream}`) === "nohup.out")) return true;
  return ignoresHangUp(`${proc}/${parent}/status`);
}

function nameOf(link: string): string | undefined {
  try {
    return basename(readlinkSync(link));
  } catch {
    return undefined;
  }
}

function ignoresHangUp(status: string): boolean {
  try {
    const [, ignored] = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync(status, "utf8")) ?? [];
    return ignored !== undefined && ((BigInt(`0x${ignored}`) >> (SIGHUP - 1n)) & 1n) === 1n;
  } catch {
    return false;
  }
}
