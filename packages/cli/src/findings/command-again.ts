/** Builds the command that trains a run again to the same bits. */
import { OPTIMISERS } from "@scratch-nn/core/engine";
import { Command } from "commander";
import { flagsByKey } from "../options/config-keys.ts";
import { DATA_NAMES } from "../options/data-names.ts";
import { DELIMITERS } from "../options/flags.ts";
import { repeats } from "../options/json-form.ts";
import type { RunConfig } from "../options/run-config.ts";
import { addTrainOptions } from "../options/train-options.ts";
import { shellPath, shellWord } from "../output/shell.ts";

/** Flags that --recipe allows beside it; the recipe implies all others. */
const OF_ANY_RUN: ReadonlySet<string> = new Set([...DATA_NAMES, "seed", "recipe", "folds", "ensemble"]);

/** What the command depends on besides the config. */
export interface AgainOptions {
  /** Whether recipes train a run of these data by default, without flags that set the training. */
  readonly isTable: boolean;
  /** The default number of shards of a step. */
  readonly shards: number | undefined;
}

export function commandAgain(config: RunConfig, { isTable, shards }: AgainOptions): string {
  const flags = flagsByKey(addTrainOptions(new Command("train")));
  const keep = config.patience === undefined ? "last" : "best";
  const { defaults, learningRate } = OPTIMISERS[config.optimizer ?? "gradient-descent"];
  const usual: Readonly<Record<string, unknown>> = {
    ...defaults,
    lr: learningRate,
    shards,
    keep,
    bestBy: "loss",
  };
  const isOfRecipe = config.recipe !== undefined;
  const words = ["pnpm train", `--data ${shellPath(config.data)}`];
  let saysHow = isOfRecipe;
  for (const [key, option] of flags) {
    const { long, defaultValue, parseArg } = option;
    const value: unknown = config[key as keyof RunConfig];
    if (key === "data" || value === undefined || (value === false && option.isBoolean())) continue;
    if (isOfRecipe && !OF_ANY_RUN.has(key)) continue;
    if (JSON.stringify(value) === JSON.stringify(usual[key] ?? defaultValue)) continue;
    if (!OF_ANY_RUN.has(key)) saysHow = true;
    if (option.isBoolean()) words.push(long!);
    else if (repeats(parseArg) && Array.isArray(value))
      words.push(...value.map((each) => `${long} ${shellWord(each)}`));
    else words.push(`${long} ${shellWord(textOf(key, value))}`);
  }
  // Without any such flag, a table would be trained by recipes.
  if (isTable && !saysHow) words.push("--recipe notes");
  return words.join(" ");
}

/** The text that the flag's parser reads as this value. */
function textOf(key: string, value: unknown): string {
  if (key === "delimiter") return Object.entries(DELIMITERS).find(([, character]) => character === value)![0];
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.join(",");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([name, weight]) => `${name}=${weight}`)
    .join(",");
}
