/** The flags of runs that are made of many trials. */
import { InputError } from "@scratch-nn/core";
import type { Command } from "commander";
import { wholeNumber } from "./flags.ts";

export interface TrialFlags {
  /** How many folds, each held back once; undefined for a single training. */
  readonly folds?: number;
}

export const MOST_FOLDS = 1000;

export function addTrialOptions(command: Command): Command {
  return command.option(
    "--folds <k>",
    "train k times, each time on all but one of k parts, and report what each is worth on the part held back",
    wholeNumber("--folds", 2, MOST_FOLDS, "5"),
  );
}

/** Flags of a training that is saved on its way and has threads of its own, which a trial has not. */
const OF_ONE_TRAINING = ["threadsAtWork", "update", "checkpointEvery", "keepCheckpoints"];

/**
 * @param given flags on the command line
 * @throws InputError naming two flags that contradict each other
 */
export function requireTrialFlags({ folds }: TrialFlags, given: ReadonlySet<string>): void {
  if (folds === undefined) return;
  if (given.has("testFraction")) throw contradiction("testFraction", "--folds, which holds every example back once");
  if (given.has("validationFraction"))
    throw contradiction("validationFraction", "--folds, whose parts held back validate");
  const single = OF_ONE_TRAINING.find((name) => given.has(name));
  if (single !== undefined) throw contradiction(single, "--folds, whose trainings have one thread each");
}

function contradiction(name: string, other: string): InputError {
  return new InputError({
    where: flagOf(name),
    expected: `nothing beside ${other}`,
    found: "both",
    remedy: "leave one of the two out",
  });
}

/** batchSize as --batch-size. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
