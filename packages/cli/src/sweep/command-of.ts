/** The command that trains a run of a sweep, to be pasted. */
import { relative, resolve } from "node:path";
import { isSourceName, STANDARD_INPUT } from "@scratch-nn/data";
import type { Command } from "commander";
import { flagsByKey } from "../options/config-keys.ts";
import { repeats } from "../options/json-form.ts";
import { addDataOptions, addTrainOptions } from "../options/train-options.ts";
import { shellPath, shellWord } from "../output/shell.ts";
import type { Settings } from "./draws.ts";

/** Of what is no text, the text that reads as it. */
function textOf(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return Array.isArray(value) ? value.join(",") : String(value);
}

/** Flags of sweep that are train's, say the same there, and determine the weights. */
const ALIKE: readonly string[] = ["seed", "shards"];

/**
 * @param command sweep, with its options parsed
 * @param settings all that was given of flags that may be swept, one value each
 */
export function commandOf(command: Command, settings: Settings): string {
  const train = flagsByKey(addTrainOptions(command.createCommand("train")));
  const dataKeys = flagsByKey(addDataOptions(command.createCommand("data"))).keys();
  const texts = new Map([["data", placeOf(command.getOptionValue("data") as string)]]);
  for (const key of [...dataKeys, ...ALIKE]) {
    const value: unknown = command.getOptionValue(key);
    const isDefault = value === undefined || value === train.get(key)!.defaultValue;
    if (isDefault || key === "data") continue;
    // A flag that may be given more than once: the name of a column may have a comma in it.
    const { long, parseArg } = train.get(key)!;
    const isRepeated = repeats(parseArg) && Array.isArray(value);
    texts.set(key, isRepeated ? value.map(shellWord).join(` ${long} `) : shellWord(textOf(value)));
  }
  for (const [key, text] of Object.entries(settings)) texts.set(key, shellWord(text));
  return ["pnpm train", ...Array.from(texts, ([key, word]) => `${train.get(key)!.long} ${word}`)].join(" ");
}

/** Where data are, from here if they are below. */
function placeOf(data: string): string {
  if (isSourceName(data) || data === STANDARD_INPUT) return data;
  const [here, below] = [resolve(data), relative("", data)];
  return shellPath(below === "" || below.startsWith("..") ? here : below);
}
