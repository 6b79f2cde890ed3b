/** Chooses the runs that `runs clean` removes. */
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@scratch-nn/core";
import { describeFigure } from "./figure.ts";
import { type OwnFiles, ownFiles, ownStates } from "./own-files.ts";
import type { RunEntry } from "./run-entry.ts";

export interface CleanFlags {
  /** Runs without anything to resume from. */
  readonly unfinished?: boolean;
  /** Seconds since the last write to a run. Restricts the other choices; alone, it chooses any run of that age. */
  readonly olderThan?: number;
  /** All finished runs except this number of the best on the same data. */
  readonly allButBest?: number;
  /** Checkpoints of finished runs. */
  readonly checkpoints?: boolean;
}

/** What to remove of a run, and why. */
export interface Removal {
  readonly run: RunEntry;
  readonly what: "run" | "checkpoints";
  readonly why: string;
  readonly own: OwnFiles;
}

/** @throws InputError where no flag chooses runs */
export function chooseRemovals(runs: readonly RunEntry[], flags: CleanFlags, now = Date.now()): Removal[] {
  const { unfinished = false, olderThan, allButBest, checkpoints = false } = flags;
  const isOpen = !unfinished && allButBest === undefined && !checkpoints;
  if (isOpen && olderThan === undefined) {
    throw new InputError({
      where: "runs clean",
      expected: "a flag that says which",
      found: "none",
      remedy: "pass --unfinished, --older-than 30d, --all-but-best 3 or --checkpoints",
    });
  }
  // Excludes runs that a process may be at work in, and folders that are not runs.
  const ours = runs.filter(({ state }) => state === "finished" || state === "interrupted");
  const worse = allButBest === undefined ? new Map<RunEntry, string>() : allButTheBest(ours, allButBest);
  const removals: Removal[] = [];
  for (const run of ours) {
    const age = (now - changedAt(run.path)) / 1000;
    if (olderThan !== undefined && age < olderThan) continue;
    const days = `${Math.floor(age / 86_400)} days old`;
    const isLost = unfinished && run.state === "interrupted" && run.states === 0;
    const why = isLost ? "nothing to go on from" : (worse.get(run) ?? (isOpen ? days : undefined));
    if (why !== undefined) removals.push({ run, what: "run", why, own: ownFiles(run.path) });
    else if (checkpoints && run.state === "finished" && !run.isSweep && run.states > 0) {
      removals.push({ run, what: "checkpoints", why: "the run is finished", own: ownStates(run.path) });
    }
  }
  return removals;
}

/** Only runs on the same data with the same measure are compared; ties keep the older runs. */
function allButTheBest(runs: readonly RunEntry[], keep: number): Map<RunEntry, string> {
  const groups = new Map<string, RunEntry[]>();
  for (const run of runs) {
    if (run.state !== "finished" || run.figure === undefined || run.dataSha256 === undefined) continue;
    const key = `${run.dataSha256} ${run.figure.name}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const worse = new Map<RunEntry, string>();
  for (const group of groups.values()) {
    const better = (run: RunEntry): number => (run.figure!.isScore ? -run.figure!.value : run.figure!.value);
    group.sort((a, b) => better(a) - better(b) || (a.when ?? "").localeCompare(b.when ?? ""));
    for (const run of group.slice(keep)) {
      worse.set(
        run,
        `${describeFigure(run.figure!)}: below the best ${keep} on these data, down to ${describeFigure(group[keep - 1].figure!)}`,
      );
    }
  }
  return worse;
}

/** The time of the last write to the run. */
function changedAt(path: string): number {
  const { files } = ownFiles(path);
  const times = files.map((file) => lstatSync(join(path, file), { throwIfNoEntry: false })?.mtimeMs ?? 0);
  return Math.max(lstatSync(path).mtimeMs, ...times);
}
