/** Builds the command that trains a run of a sweep, for pasting into a shell. */
import { relative, resolve } from "node:path";
import { isSourceName, STANDARD_INPUT } from "@scratch-nn/data";
import type { Command } from "commander";
import { flagsByKey } from "../options/config-keys.ts";
import { repeats } from "../options/json-form.ts";
import { addDataOptions, addTrainOptions } from "../options/train-options.ts";
import { shellPath, shellWord } from "../output/shell.ts";
import type { Settings } from "./draws.ts";

/** The text that parses to a value that is no text. */
function textOf(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return Array.isArray(value) ? value.join(",") : String(value);
}

/** Flags that `sweep` and `train` share with the same meaning, and that determine the weights. */
const ALIKE: readonly string[] = ["seed", "shards"];

/**
 * @param command sweep, with its options parsed
 * @param settings all given flags that may be swept, one value each
 */
export function commandOf(command: Command, settings: Settings): string {
  const train = flagsByKey(addTrainOptions(command.createCommand("train")));
  const dataKeys = flagsByKey(addDataOptions(command.createCommand("data"))).keys();
  const texts = new Map([["data", placeOf(command.getOptionValue("data") as string)]]);
  for (const key of [...dataKeys, ...ALIKE]) {
    const value: unknown = command.getOptionValue(key);
    const isDefault = value === undefined || value === train.get(key)!.defaultValue;
    if (isDefault || key === "data") continue;
    // A flag that may be repeated, since the name of a column may contain a comma.
    const { long, parseArg } = train.get(key)!;
    const isRepeated = repeats(parseArg) && Array.isArray(value);
    texts.set(key, isRepeated ? value.map(shellWord).join(` ${long} `) : shellWord(textOf(value)));
  }
  for (const [key, text] of Object.entries(settings)) texts.set(key, shellWord(text));
  return ["pnpm train", ...Array.from(texts, ([key, word]) => `${train.get(key)!.long} ${word}`)].join(" ");
}

/** The data's path, relative to the working directory if it is below. */
function placeOf(data: string): string {
  if (isSourceName(data) || data === STANDARD_INPUT) return data;
  const [here, below] = [resolve(data), relative("", data)];
  return shellPath(below === "" || below.startsWith("..") ? here : below);
}
