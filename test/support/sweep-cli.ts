/** Runs `sweep` as a child process, and prepares the six runs that tests begin with. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { copiesOf, temporaryFolder } from "./temporary-folder.ts";
import { ALONE, type Finished, runCommand, type TrainOptions } from "./train-cli.ts";
import { untilThere } from "./wait-for.ts";

/** The first two runs end at once; each of the others takes a second. */
export const DATA = ["--examples", "200", "--batch-size", "4", "--hidden", "9"];
export const SIX = [...DATA, "--epochs", "1|250|251", "--lr", "0.1|0.01"];

export const sweep = (args: readonly string[], options: TrainOptions): Promise<Finished> =>
  runCommand(["sweep", ...args], options);

/** What `--json` prints, without the duration and the folder. */
export async function sweepJson(args: readonly string[], options: TrainOptions) {
  const finished = await sweep([...args, "--json", "--quiet"], options);
  if (finished.code !== 0) throw new Error(`exit code ${finished.code}: ${finished.stderr}`);
  const { seconds: _, out: __, ...figures } = JSON.parse(finished.stdout);
  return figures;
}

export const results = (cwd: string): string[] => readdirSync(join(cwd, "kept/results")).sort();
export const RESULT = /^run-\d{4}-epochs-\d+\.json$/;

let six: Promise<Awaited<ReturnType<typeof sweepJson>>> | undefined;

/** The results of the six runs without interruption, one after another on the main thread. */
export function undisturbed() {
  six ??= sweepJson([...SIX, ...ALONE], { cwd: temporaryFolder() });
  return six;
}

/**
 * Makes copies of a folder whose sweep in `kept` was killed once it had kept a run. The sweep runs once per test file.
 */
export const killedSweep = () =>
  copiesOf(async (cwd) => {
    const { signal } = await sweep([...SIX, "--workers", "1", "--out", "kept", "--quiet"], {
      cwd,
      async onStart(child) {
        await untilThere(child, join(cwd, "kept/results"), RESULT);
        child.kill("SIGKILL");
      },
    });
    if (signal !== "SIGKILL") throw new Error("it was over before it was killed");
  });

/** Options of a process in which threads exit this many times in the middle of a run. */
export function faulty(cwd: string, times: string): TrainOptions {
  const injector = fileURLToPath(new URL("../faults/injector.ts", import.meta.url));
  const fault = { FAULT_PLACE: "forward", FAULT_CALL: "7", FAULT_KIND: "exit", FAULT_TIMES: times };
  return { cwd, nodeOptions: ["--import", injector], env: { ...fault, FAULT_MARKS: temporaryFolder() } };
}
