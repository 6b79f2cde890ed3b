/**
 * `pnpm endurance [--deaths <n>] [--kills <n>] [--upsets <n>] [--stop <seconds>] [--seed <n>] [--by-units]`: disturbs
 * runs at random moments and expects all of them to end with the bits of an undisturbed run. Workers die, processes are
 * killed and resumed, and runs are disturbed from outside: threads are refused, the workers' file is gone, the clock is
 * set back, the process is stopped for `--stop` seconds, its output is closed, or a second process wants the run. With
 * `--by-units`, workers die only in runs whose steps are cut by units. Prints how many runs survived.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Outcome, randomFault, surviveDeath } from "./deaths.ts";
import { surviveKills } from "./kills.ts";
import { STOP_MILLISECONDS, surviveUpset } from "./upsets.ts";

const { values } = parseArgs({
  options: {
    deaths: { type: "string", default: "200" },
    kills: { type: "string", default: "100" },
    upsets: { type: "string", default: "60" },
    stop: { type: "string", default: String(STOP_MILLISECONDS / 1000) },
    seed: { type: "string", default: "1" },
    "by-units": { type: "boolean", default: false },
  },
});

const folder = mkdtempSync(join(tmpdir(), "endurance-"));
/** The faults between two lines of progress. */
const FAULTS_PER_LINE = 10;

/** Continues until this many runs were disturbed. */
async function count(name: string, wanted: number, survive: (run: number) => Promise<Outcome>): Promise<void> {
  let disturbed = 0;
  let survived = 0;
  for (let run = 0; disturbed < wanted; run++) {
    const outcome = await survive(run);
    if (outcome === "missed") continue;
    disturbed++;
    if (outcome === "survived") survived++;
    else process.stderr.write(`${name}, run ${run}: ${outcome.failure}\n`);
    if (disturbed % FAULTS_PER_LINE === 0) process.stderr.write(`${name}: ${survived} of ${disturbed} so far\n`);
  }
  process.stdout.write(`${name}: ${survived} of ${wanted} ended in the bits of an undisturbed one\n`);
  if (survived < wanted) process.exitCode = 1;
}

try {
  const seed = Number(values.seed);
  await count("runs with a worker that died", Number(values.deaths), async (run) => {
    const fault = randomFault(seed, run);
    if (values["by-units"] && fault.update !== "units") return "missed";
    return await surviveDeath(fault, mkdtempSync(join(folder, "death-")));
  });
  await count("runs that were killed", Number(values.kills), (run) => surviveKills(seed, run, folder));
  await count("runs that were upset", Number(values.upsets), (run) =>
    surviveUpset({ seed, run, folder, stopMilliseconds: 1000 * Number(values.stop) }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
