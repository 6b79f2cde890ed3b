/**
 * `pnpm endurance [--deaths <n>] [--kills <n>] [--upsets <n>] [--stop <seconds>] [--seed <n>]`: runs whose workers die, runs that are killed
 * and resumed, and runs that are upset from outside (threads refused, the workers' file gone, the clock set back, the
 * process stopped for so many seconds, its output closed, a second owner), at random moments; all of them must end in the bits of an
 * undisturbed run. Prints how many did.
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
  },
});

const folder = mkdtempSync(join(tmpdir(), "endurance-"));
/** Between two lines about how far it is. */
const FAULTS_PER_LINE = 10;

/** Goes on until so many runs were disturbed. */
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
  await count("runs with a worker that died", Number(values.deaths), (run) =>
    surviveDeath(randomFault(seed, run), mkdtempSync(join(folder, "death-"))),
  );
  await count("runs that were killed", Number(values.kills), (run) => surviveKills(seed, run, folder));
  await count("runs that were upset", Number(values.upsets), (run) =>
    surviveUpset({ seed, run, folder, stopMilliseconds: 1000 * Number(values.stop) }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
