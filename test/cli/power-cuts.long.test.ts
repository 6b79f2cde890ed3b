import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CheckpointStore } from "@scratch-nn/cli";
import { expect, it } from "vitest";
import { type PowerCut, powerCuts, restore } from "../faults/power-cuts.ts";
import { trainHere, trainJsonHere } from "../support/here.ts";
import {
  isCompleted,
  isRead,
  JOB,
  nameOf,
  type RecordedRun,
  RUN,
  recordResumed,
  recordRun,
  stepsCompleted,
} from "../support/recorded-run.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { everyNth } from "../support/thorough.ts";

it("wherever the power is cut, the run goes on to the same weights, or says that it has to begin anew, and can", async () => {
  const recorded = await recordRun(temporaryFolder());
  const { log } = recorded;
  const begun = log.findIndex(({ op, path }) => op === "mkdir" && path.endsWith("checkpoints")) + 3;
  // Until the run has its config, the content of its lock also distinguishes states.
  const all = [...powerCuts(log.slice(0, begun), (path) => !path.endsWith(".part")), ...powerCuts(log, isRead)];
  const cuts = everyNth(3, all);
  const folder = temporaryFolder();
  const failures: string[] = [];
  let [resumed, anew] = [0, 0];
  for (const [i, cut] of cuts.entries()) {
    const disk = join(folder, `cut-${i}`);
    mkdirSync(disk);
    restore(cut.state, disk);
    const outcome = await goOn(recorded, cut, disk);
    if (outcome === "resumed") resumed++;
    else if (outcome === "begun anew") anew++;
    else failures.push(`after ${cut.after} operations, with ${[...cut.state.keys()].join(", ")}: ${outcome}`);
    rmSync(disk, { recursive: true });
  }
  expect(failures).toEqual([]);
  expect(resumed).toBeGreaterThan(10);
  expect(anew).toBeGreaterThan(2);
});

async function goOn({ log, epochs, weightsSha256 }: RecordedRun, { after }: PowerCut, cwd: string): Promise<string> {
  const { code, stdout, stderr } = await trainHere(["--resume", RUN, "--json"], { cwd });
  if (code === 0) {
    const found = JSON.parse(stdout).weightsSha256;
    const completed = stepsCompleted(log, after);
    const from = Number(/going on from \S*step-(\d+)\.checkpoint\n/.exec(stderr)?.[1] ?? -1);
    if (from < (completed ?? -1)) return `went on from ${from}, though ${completed} was saved`;
    return found === weightsSha256 ? "resumed" : `other weights: ${stderr}`;
  }
  const saysSo = /^error: --resume: .* has nothing to go on from: start it again by --out\n$/.test(stderr);
  if (code !== 2 || !saysSo) return stderr;
  if (isCompleted(log, `${RUN}/config.json`, after)) return `though it had a config: ${stderr}`;
  const again = await trainJsonHere([...JOB, "--epochs", epochs, "--out", RUN], { cwd });
  return again.weightsSha256 === weightsSha256 ? "begun anew" : "other weights once begun anew";
}

it("whenever the power is cut of a run that goes on from a damaged checkpoint, it can go on from as far again", async () => {
  const { log, epochs } = await recordRun(temporaryFolder());
  const [before] = powerCuts(log, isRead).slice(-1);
  const cwd = temporaryFolder();
  const newest = `${RUN}/checkpoints/${nameOf(stepsCompleted(log, log.length)!)}`;
  const state = new Map([
    ...before.state,
    [newest, Buffer.from("half of it")],
    [`${newest}.0123456789ab.part`, Buffer.alloc(9)],
  ]);
  restore(state, cwd);
  const store = (folder: string): CheckpointStore => new CheckpointStore(join(folder, RUN, "checkpoints"), 2);
  const from = (await store(cwd).find()).checkpoint!.position.steps;
  const resumed = await recordResumed(cwd, Number(epochs) + 50);
  const disk = join(temporaryFolder(), "disk");
  const lost: string[] = [];
  const cuts = powerCuts(resumed, isRead, state);
  for (const cut of cuts) {
    mkdirSync(disk);
    restore(cut.state, disk);
    const { checkpoint } = await store(disk).find();
    const completed = stepsCompleted(resumed, cut.after) ?? from;
    const found = checkpoint?.position.steps ?? -1;
    if (found < completed) lost.push(`after ${cut.after} operations: expected step ${completed}, found ${found}`);
    rmSync(disk, { recursive: true });
  }
  expect(lost).toEqual([]);
  expect(cuts.length).toBeGreaterThan(10);
});
