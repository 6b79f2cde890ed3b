/** Whether the user wants a run to go on when the terminal is gone: nohup. */
import { readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";

const SIGHUP = 1n;

/** What there is to look at; folders and environment are parameters for tests. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  /** Linux has it in /proc. */
  readonly proc: string;
  readonly parent: number;
}

/**
 * nohup starts a program with SIGHUP ignored, but Node sets every signal back before JavaScript runs. What can be seen of
 * it: shells put the command's path into `_` (bash, zsh, ksh), nohup calls its output nohup.out, and a parent under
 * nohup or after `trap '' HUP` ignores the signal itself.
 * @returns false where it cannot be known: then the run is saved, and says how to go on
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
