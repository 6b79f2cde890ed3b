/** The flags of runs that consist of many trials: folds, ensembles, recipes. */
import { InputError } from "@scratch-nn/core";
import type { Command } from "commander";
import { AUTO, binsFor, RECIPES } from "../recipes/portfolio.ts";
import { DATA_NAMES } from "./data-names.ts";
import { oneOf, wholeNumber } from "./flags.ts";

/** The recipe name for the notes' own network, as changed by flags: no recipe at all. */
const NOTES = "notes";

export interface TrialFlags {
  /** The number of folds, each held back once; undefined for a single training. */
  readonly folds?: number;
  /** Whether the folds' networks become one model. */
  readonly ensemble?: boolean;
  /** Undefined where the flags alone set the training. */
  readonly recipe?: string;
  /** Whether no flag sets the training, so that the data decide. */
  readonly isOpen?: boolean;
}

export const MOST_FOLDS = 1000;

export function addTrialOptions(command: Command): Command {
  return command
    .option(
      "--folds <k>",
      "k-fold cross-validation: train k times, each time on all but one of k parts, and test on that part",
      wholeNumber("--folds", 2, MOST_FOLDS, "5"),
    )
    .option("--ensemble", "with --folds: save the networks of all folds as one model, which predicts their mean")
    .option(
      "--recipe <name>",
      `preset of training settings: ${[NOTES, ...RECIPES].join(", ")} (default: ${AUTO_SAYS}; otherwise notes, with the flags given)`,
      oneOf("--recipe", [NOTES, ...RECIPES]),
    );
}

const AUTO_SAYS = "auto for a table if no flag sets the training";

/** Flags that do not affect how a network is trained. */
const OTHERS: ReadonlySet<string> = new Set([
  ...DATA_NAMES,
  ...["workers", "threadsAtWork", "update", "seed", "kernels"],
  ...["out", "resume", "config", "checkpointEvery", "keepCheckpoints", "report", "json", "quiet"],
  ...["ui", "uiHost", "uiPort", "trace", "tensorboard"],
  ...["folds", "ensemble", "recipe"],
]);
/** Flags of a training with checkpoints and its own threads; a trial has neither. */
const OF_ONE_TRAINING = ["threadsAtWork", "update", "checkpointEvery", "keepCheckpoints"];
/** Flags for the output of one training, without effect on its result. */
export const WRITTEN_BY_ONE_TRAINING = ["trace", "tensorboard"] as const;

/**
 * Settles the flags of trials.
 * @param given flags on the command line
 * @throws InputError naming two flags that contradict each other
 */
export function settleTrials<Options extends TrialFlags>(options: Options, given: ReadonlySet<string>): Options {
  const { recipe, ...others } = options;
  const training = [...given].find((name) => !OTHERS.has(name));
  const single = OF_ONE_TRAINING.find((name) => given.has(name));
  requireTrialFlags(options, given);
  if (recipe !== undefined && recipe !== NOTES) return options;
  const isOpen = recipe === undefined && training === undefined && single === undefined;
  return { ...others, ...(isOpen ? { isOpen } : {}) } as Options;
}

/** @throws InputError naming two flags that contradict each other */
export function requireTrialFlags({ folds, ensemble, recipe }: TrialFlags, given: ReadonlySet<string>): void {
  if (recipe !== undefined && recipe !== NOTES) {
    const training = [...given].find((name) => !OTHERS.has(name));
    if (training !== undefined) {
      throw contradiction(
        training,
        `--recipe ${recipe}, which says how to train`,
        "leave it out, or pass --recipe notes",
      );
    }
  }
  if (ensemble && folds === undefined) {
    throw new InputError({
      where: "--ensemble",
      expected: "--folds, whose networks it is made of",
      found: "none",
      remedy: "pass for example --folds 5",
    });
  }
  const remedy = "leave one of the two out";
  if (folds !== undefined && given.has("testFraction")) {
    throw contradiction("testFraction", "--folds, which holds every example back once", remedy);
  }
  const single = [...OF_ONE_TRAINING, ...WRITTEN_BY_ONE_TRAINING].find((name) => given.has(name));
  if (single === undefined) return;
  if (folds !== undefined) throw contradiction(single, "--folds, whose trainings have one thread each", remedy);
  if (recipe !== undefined && recipe !== NOTES) {
    throw contradiction(single, `--recipe ${recipe}, whose trainings have one thread each`, remedy);
  }
}

/** The largest number of bins for each number of a table, for recipes that learn from bins. */
export function binsOf({ recipe, isOpen = false }: TrialFlags): number {
  return recipe === undefined && !isOpen ? 0 : binsFor(recipe ?? AUTO);
}

function contradiction(name: string, other: string, remedy: string): InputError {
  return new InputError({ where: flagOf(name), expected: `nothing beside ${other}`, found: "both", remedy });
}

/** Converts batchSize to --batch-size. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
