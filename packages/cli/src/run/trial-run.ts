/** Defines a run of many trials, and its results. */
import type { Dataset } from "@scratch-nn/data";
import type { TrainOptions } from "../options/train-options.ts";
import type { TrialStore } from "../trials/trial-store.ts";
import type { Part, Trained } from "../trials/way.ts";
import type { Interrupts } from "./interrupts.ts";
import type { RunFolder } from "./run-folder.ts";
import type { Surroundings } from "./run-record.ts";
import type { Watcher } from "./watcher.ts";

/** A run whose data are open. */
export interface TrialRun {
  readonly folder: RunFolder;
  readonly options: TrainOptions;
  readonly dataset: Dataset;
  /** The hash of the dataset, see fingerprint.ts. */
  readonly fingerprint: string;
  readonly store: TrialStore;
  readonly interrupts: Interrupts;
  readonly here: Surroundings["here"];
  readonly watcher: Watcher | undefined;
}

/** The result of a part, or the reason why it failed. */
export interface PartResult {
  readonly part: Part;
  readonly trained: Trained | { readonly failure: string };
}
