/** Waiting for what a child process says or does, however long it takes, instead of for a time. */
import type { ChildProcess } from "node:child_process";
import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Between two looks. */
const LOOK_MILLISECONDS = 5;

/** Waits until that is so. @returns false when the process ended before */
export async function until(child: ChildProcess, isSo: () => boolean): Promise<boolean> {
  for (;;) {
    if (isSo()) return true;
    if (child.exitCode !== null || child.signalCode !== null) return false;
    await sleep(LOOK_MILLISECONDS);
  }
}

/** Waits until the process has said that on stderr. @returns false when it ended before */
export function untilSaid(child: ChildProcess, words: string | RegExp): Promise<boolean> {
  let said = "";
  child.stderr!.on("data", (text) => {
    said += text;
  });
  return until(child, () => said.search(words) >= 0);
}

/** Waits until a folder has a file of such a name. @returns false when the process ended before */
export function untilThere(child: ChildProcess, folder: string, name: RegExp): Promise<boolean> {
  return until(child, () => namesIn(folder).some((found) => name.test(found)));
}

/** None where there is no such folder. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
