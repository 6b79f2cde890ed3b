/** The keys of a config: a command's flags in camelCase, and the outcomes in a run's config.json. */
import type { Command, Option } from "commander";

/** Outcomes of a run: its config.json holds them, and a new run determines them again. */
export const OUTCOMES = ["layers", "classes", "outputs", "dataSha256"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Flags that name a source of flags, or a run; a config file may not set them. */
const ELSEWHERE: ReadonlySet<string> = new Set(["config", "resume"]);

/** Other programs' names of some keys, in lower case without separators. */
export const OTHER_NAMES: Readonly<Record<string, string>> = {
  alpha: "lr",
  eta: "lr",
  learningrate: "lr",
  stepsize: "lr",
  iterations: "epochs",
  maxiter: "epochs",
  units: "hidden",
  hiddenlayersizes: "hidden",
  minibatch: "batchSize",
  threads: "workers",
  target: "label",
  solver: "optimizer",
  randomstate: "seed",
  validation: "validationFraction",
  validationsplit: "validationFraction",
  testsize: "testFraction",
  batch: "batchSize",
  jobs: "workers",
  njobs: "workers",
  y: "label",
};

/** The flags that a config may set, by their keys. */
export function flagsByKey(command: Command): ReadonlyMap<string, Option> {
  const flags = command.options.filter((option) => option.long !== undefined && !option.hidden);
  return new Map(
    flags.map((option) => [option.attributeName(), option] as const).filter(([key]) => !ELSEWHERE.has(key)),
  );
}

export const isOutcome = (key: string): key is Outcome => (OUTCOMES as readonly string[]).includes(key);
export const isElsewhere = (key: string): boolean => ELSEWHERE.has(key);
