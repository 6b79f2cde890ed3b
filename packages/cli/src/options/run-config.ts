/**
 * The settings that determine a run's weights, as config.json stores them, and the flags that a resumed run may not
 * change.
 */
import { isAbsolute, resolve } from "node:path";
import { InputError } from "@scratch-nn/core";
import { dependsOnSteps } from "@scratch-nn/core/engine";
import { isSourceName, STANDARD_INPUT } from "@scratch-nn/data";
import { DATA_NAMES } from "./data-names.ts";
import { type ClassWeights, describeWeights } from "./loss-flags.ts";
import { optimizerOf, scheduleOf } from "./optimizer-flags.ts";
import { followsFromEpochs, REGULARISATION_NAMES, saysOfRegularisation } from "./regularisation-flags.ts";
import type { GivenOptions, TrainOptions } from "./train-options.ts";
import { flagOf } from "./trial-flags.ts";
import { VALIDATION_NAMES } from "./validation-flags.ts";

/** The options that a resumed run takes from its config. */
const FIXED = [
  ...DATA_NAMES,
  "hidden",
  "activation",
  "init",
  "output",
  "loss",
  "huberDelta",
  "labelSmoothing",
  "classWeights",
  "batchSize",
  "lr",
  "optimizer",
  "momentum",
  "beta1",
  "beta2",
  "epsilon",
  "weightDecay",
  "schedule",
  "warmup",
  ...REGULARISATION_NAMES,
  ...VALIDATION_NAMES,
  "shards",
  "seed",
  "folds",
  "ensemble",
  "recipe",
] as const satisfies readonly (keyof TrainOptions)[];

export type RunConfig = Pick<TrainOptions, (typeof FIXED)[number] | "epochs">;

/** The options that a recipe leaves open. */
const BESIDES_RECIPE: readonly string[] = [...DATA_NAMES, "seed", "folds", "ensemble", "recipe"];

/** The config of a run of many trials. With a recipe, it omits the settings that the recipe implies. */
export function trialsConfigOf(options: TrainOptions): Partial<RunConfig> {
  const config = configOf(options, undefined);
  if (config.recipe === undefined) return config;
  return Object.fromEntries(Object.entries(config).filter(([name]) => BESIDES_RECIPE.includes(name)));
}

/** @param shards the plan's number of shards; undefined where each training chooses it */
export function configOf(options: TrainOptions, shards: number | undefined): RunConfig {
  const chosen = Object.fromEntries(FIXED.map((name) => [name, options[name]]));
  return {
    ...(chosen as RunConfig),
    data: lasting(options.data),
    epochs: options.epochs,
    ...(shards === undefined ? {} : { shards }),
  };
}

/** The data's location as a path that is valid from any working directory. */
export function lasting(data: string): string {
  return isSourceName(data) || data === STANDARD_INPUT || isAbsolute(data) ? data : resolve(data);
}

/**
 * The options of a resumed run: its own, except those that change no bit, the location of the data, and more epochs.
 * @param given flags on the command line
 * @throws InputError when a flag differs from the run
 */
export function optionsToResume(
  run: string,
  config: RunConfig,
  given: ReadonlySet<keyof TrainOptions>,
  options: GivenOptions,
): TrainOptions {
  for (const name of FIXED) {
    if (!given.has(name) || (name === "data" && canBeTheSame(options.data, config.data))) continue;
    const [found, kept] = [options, config].map((of) => saidOf(of, name));
    if (JSON.stringify(found) === JSON.stringify(kept)) continue;
    throw new InputError({
      where: flagOf(name),
      expected: `${kept === undefined ? "nothing" : describeSaid(kept)}, as in ${run}`,
      found: describeSaid(options[name]),
      remedy: "leave it out, or start a new run without --resume",
    });
  }
  const followsFrom = dependsOnSteps(scheduleOf(config).name)
    ? `its learning rates follow from how many there are in all (${config.schedule})`
    : config.averageFrom === undefined
      ? followsFromEpochs(config)
      : `the mean of its weights is of the last of so many (--average-from ${config.averageFrom})`;
  if (given.has("epochs") && options.epochs !== config.epochs && followsFrom !== undefined) {
    throw new InputError({
      where: "--epochs",
      expected: `${config.epochs}, as in ${run}: ${followsFrom}`,
      found: String(options.epochs),
      remedy: "leave it out, or start a new run without --resume",
    });
  }
  if (given.has("epochs") && options.epochs !== config.epochs && hasTrials(config)) {
    throw new InputError({
      where: "--epochs",
      expected: `${config.epochs}, as in ${run}, which is made of many trainings`,
      found: String(options.epochs),
      remedy: "leave it out, or start a new run without --resume",
    });
  }
  const own = Object.fromEntries(FIXED.map((name) => [name, config[name]])) as RunConfig;
  const data = given.has("data") ? options.data : config.data;
  const epochs = given.has("epochs") ? options.epochs : config.epochs;
  return { ...options, ...own, data, epochs };
}

/** Whether a run consists of many trainings. */
export function hasTrials({ folds, recipe }: Pick<TrainOptions, "folds" | "recipe">): boolean {
  return folds !== undefined || recipe !== undefined;
}

/** The value of an option, with the default where it is left out. */
function saidOf(options: GivenOptions | RunConfig, name: (typeof FIXED)[number]): unknown {
  if (name === "optimizer") return optimizerOf(options).name;
  if (name === "schedule") return scheduleOf(options).name;
  if (isOneOf(REGULARISATION_NAMES, name)) return saysOfRegularisation(options)[name];
  if (name === "keep") return options.keep ?? "last";
  if (name === "bestBy") return options.bestBy ?? "loss";
  if (name === "recipe") return options.recipe ?? "notes";
  return name === "warmup" ? scheduleOf(options).warmup : options[name];
}

function describeSaid(value: unknown): string {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? describeWeights(value as ClassWeights) : String(value);
}

function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return (names as readonly string[]).includes(name);
}

/** Data are identified by their content, so only two different source names are known to differ. */
function canBeTheSame(data: string, kept: string): boolean {
  return !isSourceName(data) || !isSourceName(kept) || data === kept;
}
