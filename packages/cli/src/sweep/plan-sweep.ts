/** Plans a sweep from its flags. */
import { InputError } from "@scratch-nn/core";
import type { Command, Option } from "commander";
import { settleRun } from "../options/settle-run.ts";
import { addTrainOptions, type GivenOptions, type TrainOptions } from "../options/train-options.ts";
import { combinations, drawSettings, gridOf, hasOpenRange, type Settings, type SweptFlag } from "./draws.ts";
import { type Rung, rungsOf } from "./halving.ts";
import { type Search, type SweepOptions, sweepable } from "./sweep-options.ts";
import { checkText, parseValues, textsOf } from "./values.ts";

/** A run of a sweep, with the options of `train`. */
export interface Candidate {
  /** The run's number, from 1. */
  readonly run: number;
  /** Its value of each swept flag. */
  readonly settings: Settings;
  readonly options: TrainOptions;
}

export interface SweepPlan {
  readonly search: Search;
  /** The flags that differ between runs. */
  readonly swept: readonly SweptFlag[];
  /** The value of each other flag that was given. */
  readonly fixed: Settings;
  readonly candidates: readonly Candidate[];
  /** In order; a search without halving has one rung. */
  readonly rungs: readonly Rung[];
  /** Automatic decisions that the user may want to know. */
  readonly remarks: readonly string[];
}

const DEFAULT_RUNS = { random: 24, halving: 27 } as const;

/**
 * @param command the command with its options parsed
 * @throws InputError naming a flag, or two that contradict each other
 */
export function planSweep(command: Command): SweepPlan {
  const options = command.opts<SweepOptions>();
  const values = givenValues(command);
  const fixed: Record<string, string> = {};
  const swept: SweptFlag[] = [];
  for (const { option, text } of values) {
    const key = option.attributeName();
    const templates = parseValues(option, text);
    const isOne = templates.length === 1 && templates[0].every((part) => typeof part === "string");
    if (isOne) fixed[key] = textsOf(templates[0])[0];
    else swept.push({ key, flag: option.long!, templates });
  }
  const { search, settings, remarks } = settingsOfRuns(options, swept);
  const train = addTrainOptions(command.createCommand("train")).options;
  const candidates = settings.map((own, i) => ({
    run: i + 1,
    settings: own,
    options: trainOptionsOf(command, train, { ...fixed, ...own }, i + 1),
  }));
  const rungs = search === "halving" ? rungsOf(candidates.length, mostEpochs(swept, candidates)) : [{}];
  return { search, swept, fixed, candidates, rungs, remarks };
}

/** The values of flags that may be swept, from the command line or a config. */
function givenValues(command: Command): { readonly option: Option; readonly text: string }[] {
  return sweepable().flatMap((option) => {
    const text: unknown = command.getOptionValue(option.attributeName());
    return typeof text === "string" ? [{ option, text }] : [];
  });
}

function settingsOfRuns(
  options: SweepOptions,
  swept: readonly SweptFlag[],
): { readonly search: Search; readonly settings: readonly Settings[]; readonly remarks: readonly string[] } {
  if (swept.length === 0) {
    throw new InputError({
      where: "sweep",
      expected: "a flag of train with several values",
      found: "one value of each",
      remedy: "write for example --lr '0.1|0.03|0.01' or --lr 0.001..0.1 --search random",
    });
  }
  const { runs, seed } = options;
  const isOpen = hasOpenRange(swept);
  const search = options.search ?? (isOpen || runs !== undefined ? "random" : "grid");
  if (search === "grid" || (search === "halving" && runs === undefined && !isOpen)) {
    if (runs !== undefined) {
      throw new InputError({
        where: "--runs",
        expected: "nothing with --search grid, which has a run for each combination",
        found: String(runs),
        remedy: "leave it out, or pass --search random",
      });
    }
    return { search, settings: gridOf(swept), remarks: [] };
  }
  const wanted = runs ?? DEFAULT_RUNS[search];
  const settings = drawSettings(swept, wanted, seed);
  const all = combinations(swept);
  const why = settings.length === all ? `there are ${all} combinations` : "the others were drawn before";
  const remarks = settings.length < wanted ? [`${settings.length} runs, not ${wanted}: ${why}`] : [];
  return { search, settings, remarks };
}

/** The epochs of a halving's last rung. */
function mostEpochs(swept: readonly SweptFlag[], candidates: readonly Candidate[]): number {
  if (swept.some(({ key }) => key === "epochs")) {
    throw new InputError({
      where: "--epochs",
      expected: "one number with --search halving: what the last runs train for",
      found: "several",
      remedy: "leave the others out, or pass --search grid or random",
    });
  }
  return candidates[0].options.epochs;
}

/** @throws InputError for values that contradict each other, naming the run */
function trainOptionsOf(command: Command, train: readonly Option[], texts: Settings, run: number): TrainOptions {
  const given: Record<string, unknown> = {};
  for (const option of train) {
    const key = option.attributeName();
    const text: string | undefined = texts[key];
    if (text !== undefined) given[key] = valueFor(option, text);
    else given[key] = command.getOptionValue(key) ?? option.defaultValue;
  }
  try {
    return settleRun(given as unknown as GivenOptions);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const of = Object.entries(texts).map(([key, text]) => `${key} ${text}`);
    const { fault } = error;
    throw new InputError({ ...fault, found: `${fault.found} in run ${run} (${of.join(", ")})` }, { cause: error });
  }
}

function valueFor(option: Option, text: string): unknown {
  checkText(option, text);
  return option.parseArg === undefined ? text : option.parseArg(text, undefined as never);
}
