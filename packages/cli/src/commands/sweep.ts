/**
 * `sweep`: trains many runs with different flags and compares them on a held-back part of the training part. Prints the
 * best run's command and saves its network.
 */
import { join } from "node:path";
import { InputError } from "@scratch-nn/core";
import { excerpt } from "@scratch-nn/core/engine";
import { Command } from "commander";
import { kindOf } from "../disk/regular-file.ts";
import { addConfigOption, applyConfig, type ConfigFile, withPlace } from "../options/config-file.ts";
import { flagsByKey } from "../options/config-keys.ts";
import { Interrupts } from "../run/interrupts.ts";
import { RESULTS, SWEEP } from "../run/new-folder.ts";
import { DATA_FLAGS, type KnownData } from "../run/open-data.ts";
import { defaultRunPath, RunFolder } from "../run/run-folder.ts";
import { planSweep } from "../sweep/plan-sweep.ts";
import { runSweep } from "../sweep/run-sweep.ts";
import { addSweepOptions, type SweepOptions } from "../sweep/sweep-options.ts";

const STOPPED_EARLY = "stopped before the first run: there is nothing to keep";

/** Flags that may be given again when a sweep is resumed: they change no figure. */
const OF_THIS_PROCESS: ReadonlySet<string> = new Set(["data", "workers", "kernels", "time", "json", "quiet"]);

const GRAMMAR = `
Values of the flags that say how a network learns, in quotes for the shell:
  --lr '0.1|0.03|0.01'    each of these
  --hidden '32|64,32'     one layer of 32, or two of 64 and 32
  --lr 1e-4..1e-1         any number between, for random and halving
  --lr 1e-4..1e-1:4       four numbers, both ends among them
  --hidden 16..256        any whole number between
Numbers of a range are spaced by factors where both ends are above 0 and a factor of 10 or more apart, else by differences.`;

export function sweepCommand(): Command {
  return addConfigOption(addSweepOptions(new Command("sweep")))
    .description("train with many settings, compare the runs, and save the best network")
    .addHelpText("after", GRAMMAR)
    .allowExcessArguments(false)
    .action(async (options: SweepOptions, command: Command) => {
      const interrupts = new Interrupts();
      try {
        if (options.resume !== undefined) await resumeSweep(options.resume, command, interrupts);
        else await startSweep(command, interrupts);
      } finally {
        interrupts.dispose();
      }
    });
}

async function startSweep(command: Command, interrupts: Interrupts): Promise<void> {
  const { config: path } = command.opts<SweepOptions>();
  const config = path === undefined ? undefined : await applyConfig(command, path);
  await placing(config, async () => {
    const plan = planSweep(command);
    const { out, data } = command.opts<SweepOptions>();
    const known = config?.data && { ...config.data, isOverridden: DATA_FLAGS.some((key) => isGiven(command, key)) };
    const folder =
      out === undefined ? RunFolder.claimNext(`${defaultRunPath(data)}-sweep`, RESULTS) : RunFolder.claim(out, RESULTS);
    interrupts.whileReading(STOPPED_EARLY, () => folder.discard());
    await runSweep({ command, plan, folder, known, isResumed: false }, interrupts);
  });
}

async function resumeSweep(path: string, command: Command, interrupts: Interrupts): Promise<void> {
  for (const [key, option] of [...flagsByKey(command), ["config", undefined] as const]) {
    if (!isGiven(command, key) || OF_THIS_PROCESS.has(key)) continue;
    throw new InputError({
      where: option?.long ?? "--config",
      expected: `nothing beside --resume: the sweep goes on with the flags of ${path}`,
      found: excerpt(String(command.getOptionValue(key))),
      remedy: "leave it out, or start a new sweep",
    });
  }
  if (kindOf(join(path, SWEEP)) !== "file") {
    throw new InputError({
      where: "--resume",
      expected: `the folder of a sweep, with its ${SWEEP}`,
      found: path,
      remedy: "check the path; a run of train goes on with: pnpm train --resume",
    });
  }
  const folder = await RunFolder.reopen(path);
  interrupts.whileReading(STOPPED_EARLY, () => folder.discard());
  const isMoved = isGiven(command, "data");
  const config = await applyConfig(command, join(path, SWEEP));
  await placing(config, async () => {
    const known: KnownData = { run: path, sha256: config.data?.sha256, isGiven: isMoved };
    await runSweep({ command, plan: planSweep(command), folder, known, isResumed: true }, interrupts);
  });
}

/** Adds the place in the config to errors about flags that the config sets. */
async function placing(config: ConfigFile | undefined, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    throw config === undefined ? error : withPlace(error, config);
  }
}

const isGiven = (command: Command, key: string): boolean => command.getOptionValueSource(key) === "cli";
