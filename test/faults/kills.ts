/** Tests that a run of the command line survives kills at random moments, and is resumed until it ends. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { randomStream } from "@scratch-nn/core/engine";
import { train } from "../support/train-cli.ts";
import { atChange } from "./at-change.ts";
import type { Outcome } from "./deaths.ts";
import { ARGS, faultOf, KEPT } from "./whole-run.ts";

/** Every other run is by steps that are cut by units. */
const BY_UNITS: readonly string[] = ["--workers", "2", "--update", "units"];
/** Writing a checkpoint makes about six changes. */
const MOST_CHANGES = 100;

/** @returns whether the run ended with the right bits and all metrics; `missed` if it was over before a kill */
export async function surviveKills(seed: number, run: number, folder: string): Promise<Outcome> {
  const stream = randomStream(seed, 1_000_000 + run);
  const out = `killed-${run}`;
  const args = [...ARGS, ...(run % 2 === 1 ? BY_UNITS : [])];
  const kills = 1 + stream.below(2, 0);
  let killed = 0;
  for (let attempt = 0; ; attempt++) {
    // A run that was killed before it could be resumed begins anew in the same folder.
    const exists = existsSync(join(folder, out, "config.json"));
    const where = exists ? ["--resume", out] : ["--out", out];
    mkdirSync(join(folder, out), { recursive: true });
    const finished = await train([...(exists ? [] : args), ...where, ...KEPT, "--quiet"], {
      cwd: folder,
      onStart(child) {
        if (killed === kills) return;
        const changes = stream.below(MOST_CHANGES, 1 + attempt);
        atChange(child, join(folder, out), changes, () => child.kill("SIGKILL"));
      },
    });
    if (finished.signal === "SIGKILL") {
      killed++;
      continue;
    }
    if (finished.code !== 0) {
      return { failure: `attempt ${attempt}: exit code ${finished.code}: ${finished.stderr}` };
    }
    const fault = await faultOf(out, folder);
    if (fault !== undefined) return { failure: `${fault} after ${killed} kills` };
    return killed === 0 ? "missed" : "survived";
  }
}
