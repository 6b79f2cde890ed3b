/** Executes the trials of a run: loads saved results, and computes and saves the others. */
import type { Examples } from "@scratch-nn/core";
import { hasFailed, runTrials, type Trial, type TrialOutcome, type TrialResult } from "@scratch-nn/parallel";
import { remark, warning } from "../output/report.ts";
import { trialsProgress } from "../output/trials-progress.ts";
import { type TrialStore, trialKey } from "./trial-store.ts";

/** The data of trials. */
export interface TrialSource {
  readonly examples: Omit<Examples, "columns">;
  /** See fingerprint.ts. */
  readonly fingerprint: string;
}

export interface TrialsAtWork {
  readonly store: Pick<TrialStore, "load" | "save">;
  /** 0: one after another on this thread. */
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly quiet: boolean;
  /** Receives the number of completed trials, including saved ones. */
  readonly onDone?: (done: number, of: number) => void;
}

export interface DoneTrials {
  /** In the order of the trials; undefined where the signal came before. */
  readonly outcomes: readonly (TrialOutcome | undefined)[];
  /** The number of results that were saved already. */
  readonly found: number;
  /** Whether a result could not be saved. */
  readonly isUnkept: boolean;
}

/** @param trials each refers to one of the sources */
export async function doTrials(
  sources: readonly TrialSource[],
  trials: readonly Trial[],
  { store, threads, signal, quiet, onDone = () => {} }: TrialsAtWork,
): Promise<DoneTrials> {
  const keys = trials.map((trial) => trialKey(trial, sources[trial.data ?? 0].fingerprint));
  const outcomes: (TrialOutcome | undefined)[] = [];
  for (const key of keys) outcomes.push(await store.load(key));
  const missing = [...trials.keys()].filter((place) => outcomes[place] === undefined);
  const found = trials.length - missing.length;
  const progress = trialsProgress(trials.length, found, quiet);
  onDone(found, trials.length);
  const saving: Promise<unknown>[] = [];
  let isUnkept = false;
  const keep = async (key: string, result: TrialResult): Promise<void> => {
    try {
      await store.save(key, result);
    } catch (error) {
      if (!isUnkept) progress.say(warning(`a trial could not be kept: ${(error as Error).message}`));
      isUnkept = true;
    }
  };
  try {
    await runTrials(
      sources.map(({ examples }) => examples),
      missing.map((place) => trials[place]),
      {
        threads,
        signal,
        onResult(outcome, i) {
          const place = missing[i];
          outcomes[place] = outcome;
          if (!hasFailed(outcome)) saving.push(keep(keys[place], outcome));
        },
        onRetry: ({ place, reason, attempts }) =>
          progress.say(warning(`trial ${missing[place] + 1}: ${reason}; it begins again (attempt ${attempts + 1})`)),
        onProgress(done) {
          progress.show(found + done);
          onDone(Math.floor(found + done), trials.length);
        },
        onAlone: (reason) => progress.say(remark(`the main thread does the rest, to the same bits: ${reason}`)),
      },
    );
  } finally {
    progress.end();
    await Promise.all(saving);
  }
  return { outcomes, found, isUnkept };
}
