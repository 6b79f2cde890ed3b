/** A run of the command line that is killed at random moments, and resumed until it is done. */
import type { ChildProcess } from "node:child_process";
import { existsSync, type FSWatcher, mkdirSync, readFileSync, watch } from "node:fs";
import { join } from "node:path";
import { randomStream } from "@scratch-nn/core/engine";
import { train, trainJson } from "../support/train-cli.ts";
import type { Outcome } from "./deaths.ts";

const ARGS = ["--examples", "600", "--hidden", "16", "--batch-size", "96", "--epochs", "60", "--quiet"];
/** A checkpoint after every epoch: some are being written at any moment. */
const KEPT = ["--checkpoint-every", "1", "--keep-checkpoints", "2"];
/** A checkpoint that is written is some six of them. */
const MOST_CHANGES = 100;

let undisturbed: string | undefined;

/** @returns whether the run ended in the right bits and with whole metrics; `missed` when it was over before a kill */
export async function surviveKills(seed: number, run: number, folder: string): Promise<Outcome> {
  const stream = randomStream(seed, 1_000_000 + run);
  undisturbed ??= (await trainJson([...ARGS, "--out", "undisturbed"], { cwd: folder })).weightsSha256;
  const out = `killed-${run}`;
  const kills = 1 + stream.below(2, 0);
  let killed = 0;
  for (let attempt = 0; ; attempt++) {
    // A run that was killed before it had anything to go on from begins anew, in the same place.
    const exists = existsSync(join(folder, out, "config.json"));
    const where = exists ? ["--resume", out] : ["--out", out];
    mkdirSync(join(folder, out), { recursive: true });
    const finished = await train([...(exists ? [] : ARGS), ...where, ...KEPT, "--quiet"], {
      cwd: folder,
      onStart(child) {
        if (killed < kills) killAtChange(child, join(folder, out), stream.below(MOST_CHANGES, 1 + attempt));
      },
    });
    if (finished.signal === "SIGKILL") {
      killed++;
      continue;
    }
    if (finished.code !== 0) {
      return { failure: `attempt ${attempt}: exit code ${finished.code}: ${finished.stderr}` };
    }
    const metrics = JSON.parse(readFileSync(join(folder, out, "metrics.json"), "utf8"));
    if (metrics.weightsSha256 !== undisturbed) return { failure: `other bits after ${killed} kills` };
    const epochs: number[] = metrics.epochReports.map((report: { epoch: number }) => report.epoch);
    const isWhole = epochs.length === 60 && epochs.every((epoch, i) => epoch === i + 1);
    if (!isWhole) return { failure: `metrics of epochs ${epochs.join(" ")}` };
    return killed === 0 ? "missed" : "survived";
  }
}

/** Kills the process when so many names and contents have changed in its run's folder; at once for 0. */
function killAtChange(child: ChildProcess, run: string, changes: number): void {
  if (changes === 0) child.kill("SIGKILL");
  const checkpoints = join(run, "checkpoints");
  const watchers: FSWatcher[] = [];
  let left = changes;
  let isDeep = false;
  const note = (): void => {
    if (--left === 0) child.kill("SIGKILL");
    if (isDeep || !existsSync(checkpoints)) return;
    isDeep = true;
    watchers.push(watch(checkpoints, note));
  };
  watchers.push(watch(run, note));
  child.once("exit", () => {
    for (const watcher of watchers) watcher.close();
  });
}
