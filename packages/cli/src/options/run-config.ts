/** What determines a run's weights, as it is kept with them; and flags that may not differ when a run goes on. */
import { isAbsolute, resolve } from "node:path";
import { InputError } from "@scratch-nn/core";
import type { TrainOptions } from "./train-options.ts";

/** The options that a resumed run takes from the run itself. */
const FIXED = [
  "data",
  "examples",
  "testFraction",
  "label",
  "delimiter",
  "encoding",
  "header",
  "scale",
  "drop",
  "categorical",
  "numeric",
  "hidden",
  "activation",
  "init",
  "batchSize",
  "lr",
  "shards",
  "seed",
] as const satisfies readonly (keyof TrainOptions)[];

export type RunConfig = Pick<TrainOptions, (typeof FIXED)[number] | "epochs">;

/** @param shards how many the plan came to */
export function configOf(options: TrainOptions, isPath: boolean, shards: number): RunConfig {
  const chosen = Object.fromEntries(FIXED.map((name) => [name, options[name]]));
  return {
    ...(chosen as RunConfig),
    // A path has to be found from wherever the run is resumed.
    data: isPath && !isAbsolute(options.data) ? resolve(options.data) : options.data,
    epochs: options.epochs,
    shards,
  };
}

/**
 * The options of a run that goes on: its own, but for those that change no bit, and more epochs.
 * @param given flags on the command line
 * @throws InputError when a flag differs from the run
 */
export function optionsToResume(
  run: string,
  config: RunConfig,
  given: ReadonlySet<keyof TrainOptions>,
  options: TrainOptions,
): TrainOptions {
  for (const name of FIXED) {
    if (!given.has(name)) continue;
    const found = name === "data" && config.data === resolve(options.data) ? config.data : options[name];
    if (JSON.stringify(found) === JSON.stringify(config[name])) continue;
    throw new InputError({
      where: flagOf(name),
      expected: `${config[name] === undefined ? "nothing" : String(config[name])}, as in ${run}`,
      found: String(options[name]),
      remedy: "leave it out, or start a new run without --resume",
    });
  }
  const epochs = given.has("epochs") ? options.epochs : config.epochs;
  return { ...options, ...config, epochs };
}

function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
