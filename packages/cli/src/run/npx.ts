/**
 * Detects whether the npx that started this process is still alive. npx passes SIGTERM on to a shell, which does not
 * pass it on. Both end, but their child gets no signal.
 */
import { readFileSync } from "node:fs";

/** A process started by npx or by one of its shells, with the parent that waits for it. */
export interface Waiting {
  readonly pid: number;
  readonly parent: number;
}

/** This repository's scripts that are commands; none of them starts background processes. */
const OWN_SCRIPT = /^node packages\/cli\/src\/main\.ts /;
/** The processes that npx starts: pnpm for a script, or the published command. */
const BEGUN = { pnpm: /^'?pnpm'?$/, command: /^'?scratch-nn'?$/ };

/**
 * The processes between this one and npx whose parents wait for them. Such a parent ends first only if it was killed. A
 * session, terminal or shell above npx does not count, nor do processes that others start, possibly in the background.
 * @param proc the /proc folder of Linux; without it nothing can be detected
 * @returns none for a process that npx did not start
 */
export function waitingBelowNpx(proc: string, pid: number): readonly Waiting[] {
  const script = variableOf(proc, pid, "npm_lifecycle_script") ?? "";
  const isScript = OWN_SCRIPT.test(script);
  const begun = isScript ? BEGUN.pnpm : BEGUN.command;
  const isBegun = (at: number): boolean =>
    variableOf(proc, at, "npm_lifecycle_event") === "npx" &&
    begun.test(variableOf(proc, at, "npm_lifecycle_script") ?? "");
  const found: Waiting[] = [];
  for (let at = pid; at > 1; ) {
    const parent = parentOf(proc, at);
    if (parent === undefined) return [];
    if (isBegun(at)) found.push({ pid: at, parent });
    else if (found.length > 0) return found;
    // The script's shells.
    else if (!isScript || variableOf(proc, at, "npm_lifecycle_script") !== script) return [];
    at = parent;
  }
  return [];
}

/** Whether all of them still have their original parents. */
export function areStillWaitedFor(proc: string, waiting: readonly Waiting[]): boolean {
  return waiting.every(({ pid, parent }) => parentOf(proc, pid) === parent);
}

function parentOf(proc: string, pid: number): number | undefined {
  const stat = read(`${proc}/${pid}/stat`);
  // The fields behind the name, which may contain blanks and brackets: state, parent.
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

/** A variable of a process's initial environment. */
function variableOf(proc: string, pid: number, name: string): string | undefined {
  const found = read(`${proc}/${pid}/environ`)
    ?.split("\0")
    .find((each) => each.startsWith(`${name}=`));
  return found?.slice(name.length + 1);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
