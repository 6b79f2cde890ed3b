/** The flags of `sweep`: those of `train` for the network and its training, with several values each, and its own. */
import { availableParallelism } from "node:os";
import type { KernelChoice } from "@scratch-nn/core";
import { Command, Option } from "commander";
import { decimalNumber, duration, oneOf, wholeNumber } from "../options/flags.ts";
import { type JsonSchema, jsonFormOf, reader } from "../options/json-form.ts";
import { addComputingOptions, addDataOptions, addNetworkOptions, type TrainOptions } from "../options/train-options.ts";
import { MOST_RUNS } from "./draws.ts";

export const SEARCHES = ["grid", "random", "halving"] as const;
export type Search = (typeof SEARCHES)[number];

export const MEASURES = ["accuracy", "loss"] as const;
export type Measure = (typeof MEASURES)[number];

/** The options of a sweep. Train's data flags keep their types; flags that may be swept are texts. */
export interface SweepOptions extends Pick<TrainOptions, "data"> {
  readonly search?: Search;
  readonly runs?: number;
  /** In seconds. */
  readonly time?: number;
  readonly by: Measure;
  readonly validationFraction: number;
  readonly workers: number;
  readonly seed: number;
  readonly kernels: KernelChoice;
  readonly shards?: number;
  readonly out?: string;
  readonly resume?: string;
  readonly config?: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Flags with one value for all runs, which could not be compared otherwise. */
const COMMON: ReadonlySet<string> = new Set(["validationFraction"]);

function learningOptions(): readonly Option[] {
  return addNetworkOptions(new Command()).options.filter((option) => !COMMON.has(option.attributeName()));
}

/** Flags of train that may have several values: those that take a value. */
export function sweepable(): readonly Option[] {
  return learningOptions().filter((option) => option.required);
}

/** Accepts any text, or a value of train's config. */
function several(option: Option): Option {
  const { flags, description, defaultValue } = option;
  const text: JsonSchema = { type: "string" };
  const form = jsonFormOf(option.parseArg);
  const json = form === undefined ? text : { anyOf: [text, form] };
  const otherwise = defaultValue === undefined ? "" : ` (default: ${JSON.stringify(defaultValue)})`;
  const long = flags.replace(/<[^>]*>/, "<values>");
  return new Option(long, `${description}${otherwise}`).argParser(reader<string>(json, (given) => given));
}

export function addSweepOptions(command: Command): Command {
  addDataOptions(command);
  for (const option of learningOptions()) {
    command.addOption(option.required ? several(option) : option);
  }
  return addOwnOptions(command);
}

function addOwnOptions(command: Command): Command {
  const withSearch = command
    .option(
      "--search <how>",
      "grid: all combinations; random: a random sample of them; halving: successive halving, many runs of few epochs, of which the best third continues with three times as many epochs (default: grid; random if a range has no count)",
      oneOf("--search", SEARCHES),
    )
    .option(
      "--runs <n>",
      "number of runs for random (default: 24) and halving (default: 27, or all combinations)",
      wholeNumber("--runs", 1, MOST_RUNS, "24"),
    )
    .option("--time <t>", "start no further run after this time (90s, 10m, 2h)", duration("--time"))
    .option(
      "--by <figure>",
      `figure on the validation part that decides which run is best: ${MEASURES.join(", ")}`,
      oneOf("--by", MEASURES),
      "accuracy",
    )
    .option(
      "--validation-fraction <f>",
      "fraction of the training part that is held out to compare the runs; the test part is not used",
      decimalNumber("--validation-fraction", "a number above 0 and below 1", (f) => f > 0 && f < 1, "0.2"),
      0.2,
    )
    .option(
      "--workers <n>",
      "number of runs at a time, each on its own thread; 0: one after another on the main thread; the figures are the same",
      wholeNumber("--workers", 0, 1024, "2"),
      availableParallelism(),
    );
  return addComputingOptions(withSearch)
    .option(
      "--out <folder>",
      "folder for all finished runs, the table and the best network (default: runs/<time>-<name>-sweep)",
    )
    .option("--resume <sweep>", "continue the sweep in this folder, to the same table")
    .option("--json", "print one JSON object on stdout", false)
    .option("--quiet", "do not print the plan and the progress", false);
}
