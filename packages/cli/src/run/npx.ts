/**
 * Whether the npx that started this process is still there. npx passes SIGTERM on to a shell, which passes it on to
 * nobody: both are gone, and what they were to run is not told.
 */
import { readFileSync } from "node:fs";

/** A process that npx has begun, or a shell of its, with the parent that waits for it. */
export interface Waiting {
  readonly pid: number;
  readonly parent: number;
}

/** The scripts of this repository that are commands: nothing in them goes into the background. */
const OWN_SCRIPT = /^node packages\/cli\/src\/main\.ts /;
/** What npx runs: pnpm for a script, or the published command. */
const BEGUN = { pnpm: /^'?pnpm'?$/, command: /^'?scratch-nn'?$/ };

/**
 * Between this process and npx, whoever has a parent that waits. That one is gone before it only where somebody ended it: a
 * session, a terminal or a shell above npx does not count, and neither does what others begin, in the background perhaps.
 * @param proc Linux has it; where there is none, nothing can be known
 * @returns none for a process that no npx has begun
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
    // Shells of the script.
    else if (!isScript || variableOf(proc, at, "npm_lifecycle_script") !== script) return [];
    at = parent;
  }
  return [];
}

/** Whether all of them have the parents that they had. */
export function areStillWaitedFor(proc: string, waiting: readonly Waiting[]): boolean {
  return waiting.every(({ pid, parent }) => parentOf(proc, pid) === parent);
}

function parentOf(proc: string, pid: number): number | undefined {
  const stat = read(`${proc}/${pid}/stat`);
  // Behind the name, which may hold blanks and brackets: state, parent.
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

/** Of the environment that a process was begun with. */
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
