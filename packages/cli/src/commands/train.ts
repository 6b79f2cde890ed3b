/** `train`: trains a network from data, or resumes a stopped run. */
import { InputError } from "@scratch-nn/core";
import { Command } from "commander";
import { addConfigOption, applyConfig, type ConfigFile, withPlace } from "../options/config-file.ts";
import { settleRun } from "../options/settle-run.ts";
import { addTrainOptions, type GivenOptions, type TrainOptions } from "../options/train-options.ts";
import { settleTrials } from "../options/trial-flags.ts";
import { Interrupts, STOPPED_EARLY } from "../run/interrupts.ts";
import { joinOtherRanks } from "../run/join-ranks.ts";
import { DATA_FLAGS, type KnownData } from "../run/open-data.ts";
import { resumeRun } from "../run/resume.ts";
import { defaultRunPath, RunFolder } from "../run/run-folder.ts";
import { type Origin, trainInto } from "../run/train-into.ts";
import type { Watcher } from "../run/watcher.ts";

/** The page that watches the run, and the ranks that share it. */
type Around = Pick<Origin, "watcher" | "ranks">;

type Given = GivenOptions & { readonly config?: string };

export function trainCommand(): Command {
  return addConfigOption(addTrainOptions(new Command("train")))
    .description("train a network and save it")
    .allowExcessArguments(false)
    .action(async (options: Given, command: Command) => {
      const ranks = await joinOtherRanks();
      if (ranks !== undefined && ranks.rank > 0) {
        const { followRank } = await import("../run/follow-rank.ts");
        return await followRank(ranks);
      }
      const interrupts = new Interrupts();
      try {
        if (options.ui === true && ranks === undefined) await withItsPage(options, command, interrupts);
        else await trainAsAsked(options, command, interrupts, { ranks });
        await ranks?.leave();
      } finally {
        interrupts.dispose();
      }
    });
}

async function trainAsAsked(options: Given, command: Command, interrupts: Interrupts, around: Around): Promise<void> {
  requirePage(options);
  if (options.config !== undefined) await startConfigured(options.config, command, interrupts, around);
  else if (options.resume !== undefined)
    await resumeRun(options.resume, options, givenFlags(command), interrupts, around);
  else await startRun(settle(options, command), interrupts, around);
}

async function withItsPage(options: Given, command: Command, interrupts: Interrupts): Promise<void> {
  const { uiHost: host, uiPort: port, resume: run } = options;
  const { withPage } = await import("../live/with-page.ts");
  const act = (watcher: Watcher) => trainAsAsked(options, command, interrupts, { watcher });
  await withPage({ host, port }, { run, options, act }, interrupts);
}

/** @throws InputError for a page's flags without --ui */
function requirePage({ ui, uiHost, uiPort }: Given): void {
  if (ui === true || (uiHost ?? uiPort) === undefined) return;
  throw new InputError({
    where: uiPort === undefined ? "--ui-host" : "--ui-port",
    expected: "--ui beside it",
    found: `${uiPort ?? uiHost}, and no page to open`,
    remedy: "add --ui, or leave it out",
  });
}

async function startConfigured(path: string, command: Command, interrupts: Interrupts, around: Around): Promise<void> {
  const { resume } = command.opts<Given>();
  if (resume !== undefined) {
    throw new InputError({
      where: "--config",
      expected: `nothing beside --resume: the run goes on by the config in ${resume}`,
      found: path,
      remedy: "leave one of the two out",
    });
  }
  const config = await applyConfig(command, path);
  try {
    const options = settle(command.opts<Given>(), command, config.data !== undefined);
    await startRun(options, interrupts, { known: knownData(config, givenFlags(command)), ...around });
  } catch (error) {
    throw withPlace(error, config);
  }
}

/**
 * @param isOfRun whether a run wrote the config, see saidFlags
 * @throws InputError for flags that contradict each other
 */
function settle(options: Given, command: Command, isOfRun = false): TrainOptions {
  return settleRun(settleTrials(options, saidFlags(command, isOfRun)));
}

/**
 * Flags that the command line or a config sets. Config values of a run that names a recipe do not count: they include
 * values that the recipe implies.
 */
function saidFlags(command: Command, isOfRun: boolean): ReadonlySet<keyof TrainOptions> {
  const isOfRecipe =
    isOfRun && command.getOptionValueSource("recipe") === "config" && command.getOptionValue("recipe") !== "notes";
  return flagsFrom(command, isOfRecipe ? ["cli"] : ["cli", "config"]);
}

/** Flags may override how data are read that the config identifies by their hash. */
function knownData({ data }: ConfigFile, given: ReadonlySet<keyof TrainOptions>): KnownData | undefined {
  return data && { ...data, isOverridden: DATA_FLAGS.some((flag) => given.has(flag)) };
}

async function startRun(options: TrainOptions, interrupts: Interrupts, origin: Origin): Promise<void> {
  const { out, data } = options;
  const folder = out === undefined ? RunFolder.claimNext(defaultRunPath(data)) : RunFolder.claim(out);
  // Nothing is saved yet, so an interrupt only removes the folder.
  interrupts.whileReading(STOPPED_EARLY, () => folder.discard());
  await trainInto(folder, options, interrupts, origin);
}

/** Flags that the command line sets, even to their defaults. */
function givenFlags(command: Command): ReadonlySet<keyof TrainOptions> {
  return flagsFrom(command, ["cli"]);
}

function flagsFrom(command: Command, sources: readonly string[]): ReadonlySet<keyof TrainOptions> {
  const names = Object.keys(command.opts()) as (keyof TrainOptions)[];
  return new Set(names.filter((name) => sources.includes(command.getOptionValueSource(name)!)));
}
