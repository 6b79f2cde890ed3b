/** Waits for output or files of a child process rather than for a fixed time. */
import type { ChildProcess } from "node:child_process";
import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** The interval between two checks. */
const LOOK_MILLISECONDS = 5;

/** Waits for a condition. @returns false if the process ended before */
export async function until(child: ChildProcess, isSo: () => boolean): Promise<boolean> {
  for (;;) {
    if (isSo()) return true;
    if (child.exitCode !== null || child.signalCode !== null) return false;
    await sleep(LOOK_MILLISECONDS);
  }
}

/** Waits for text on the process's stderr. @returns false if it ended before */
export function untilSaid(child: ChildProcess, words: string | RegExp): Promise<boolean> {
  let said = "";
  child.stderr!.on("data", (text) => {
    said += text;
  });
  return until(child, () => said.search(words) >= 0);
}

/** Waits for a file with a matching name in a folder. @returns false if the process ended before */
export function untilThere(child: ChildProcess, folder: string, name: RegExp): Promise<boolean> {
  return until(child, () => namesIn(folder).some((found) => name.test(found)));
}

/** The names in a folder; none if it does not exist. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
