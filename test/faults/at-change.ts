/** Disturbs a run of the command line at a random moment, given as a number of changes in its folder. */
import type { ChildProcess } from "node:child_process";
import { existsSync, type FSWatcher, watch } from "node:fs";
import { join } from "node:path";

/**
 * Acts after this many changes of names and contents in the run's folder, which must exist; immediately for 0, never if
 * the process ends before.
 */
export function atChange(child: ChildProcess, run: string, changes: number, act: () => void): void {
  if (changes === 0) {
    act();
    return;
  }
  const checkpoints = join(run, "checkpoints");
  const watchers: FSWatcher[] = [];
  let left = changes;
  let isDeep = false;
  const note = (): void => {
    if (--left === 0) act();
    if (isDeep || !existsSync(checkpoints)) return;
    isDeep = true;
    watchers.push(watch(checkpoints, note));
  };
  watchers.push(watch(run, note));
  child.once("exit", () => {
    for (const watcher of watchers) watcher.close();
  });
}
