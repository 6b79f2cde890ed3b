/** Repeats a run of many trainings: compares each saved trial, and their combined result. */
import { join } from "node:path";
import type { EpochReport } from "@scratch-nn/core";
import { parameterBytes } from "@scratch-nn/core/engine";
import type { Dataset } from "@scratch-nn/data";
import type { TrialResult } from "@scratch-nn/parallel";
import type { TrainOptions } from "../options/train-options.ts";
import { sameFigures } from "../record/metrics-csv.ts";
import { trialsModel } from "../run/conclude-trials.ts";
import { MODEL } from "../run/model-files.ts";
import type { RunFiles } from "../run/run-folder.ts";
import { combineAll, planTrials } from "../run/train-trials.ts";
import { doTrials } from "../trials/do-trials.ts";
import { membersSha256 } from "../trials/part-figures.ts";
import { TrialStore, trialKey, trialName } from "../trials/trial-store.ts";
import { Difference, otherwise } from "./difference.ts";
import type { KeptRun } from "./kept-run.ts";

export interface RepeatedTrials {
  /** The number of trials that equal the saved ones. */
  readonly same: number;
  readonly of: number;
  /** The files that the run saves at its end; undefined where it has not reached it. */
  readonly files: RunFiles | undefined;
}

/** @throws Difference naming the first trial that differs, and its epoch */
export async function doTrialsAgain(
  kept: KeptRun,
  options: TrainOptions,
  data: { readonly dataset: Dataset; readonly fingerprint: string },
): Promise<RepeatedTrials> {
  const planned = await planTrials({ options, ...data });
  const all = planned.trials.flat();
  const keys = all.map((trial) => trialKey(trial, planned.sources[trial.data ?? 0].fingerprint));
  const store = new TrialStore(kept.path);
  const names = new Set(await store.names());
  const foreign = [...names].find((name) => !keys.some((key) => trialName(key) === name));
  if (foreign !== undefined) {
    const what = `config.json and the data come to ${keys.length} trials, and it is none of them`;
    throw new Difference(join(store.folder, foreign), what);
  }
  // Of a stopped run, only the trials that it completed.
  const wanted = kept.isFinished ? all : all.filter((_, t) => names.has(trialName(keys[t])));
  const stop = new AbortController();
  let same = 0;
  let difference: Difference | undefined;
  const compare = async (key: string, result: TrialResult): Promise<void> => {
    if (!names.has(trialName(key)) || difference !== undefined) return;
    const where = `trial ${keys.indexOf(key) + 1} of ${keys.length} (${join(store.folder, trialName(key))})`;
    const found = differenceIn(where, await store.load(key), result);
    if (found === undefined) same++;
    else difference ??= found;
    if (found !== undefined) stop.abort();
  };
  const { workers: threads, quiet } = options;
  const done = await doTrials(planned.sources, wanted, {
    store: { load: async () => undefined, save: compare },
    threads,
    signal: stop.signal,
    quiet,
  });
  if (difference !== undefined) throw difference;
  if (!kept.isFinished) return { same, of: keys.length, files: undefined };
  const results = combineAll(planned, done);
  const trained = results.flatMap((result) => ("failure" in result.trained ? [] : [result.trained]));
  const { folds, weightsSha256 } = kept.metrics ?? {};
  for (const [p, result] of results.entries()) {
    const expected = folds === undefined ? weightsSha256 : folds[p];
    const found = "failure" in result.trained ? undefined : membersSha256(result.trained.members);
    if (expected !== found) {
      const where = folds === undefined ? join(kept.path, "metrics.json") : `fold ${p + 1}`;
      throw new Difference(where, otherwise(`weights of SHA-256 ${expected ?? "none"}`, found ?? "none"));
    }
  }
  const model =
    trained.length === results.length ? trialsModel({ dataset: data.dataset, options }, trained) : undefined;
  return { same, of: keys.length, files: { [MODEL]: model } };
}

function differenceIn(where: string, kept: TrialResult | undefined, found: TrialResult): Difference | undefined {
  if (kept === undefined) return new Difference(where, "its checksum does not match its content");
  const epoch = firstOtherEpoch(kept.reports, found.reports);
  if (epoch !== undefined) return new Difference(`epoch ${epoch} of ${where}`, otherwise("one loss", "another"));
  const [one, other] = [kept, found].map((trial) =>
    Buffer.concat([trial, ...trial.snapshots].flatMap(({ parameters, outputs }) => [parameters, outputs].map(bytesOf))),
  );
  return one.equals(other) ? undefined : new Difference(where, otherwise("some weights and outputs", "others"));
}

const bytesOf = (numbers: Float32Array): Uint8Array => parameterBytes({ parameters: numbers });

function firstOtherEpoch(kept: readonly EpochReport[], found: readonly EpochReport[]): number | undefined {
  const length = Math.max(kept.length, found.length);
  for (let e = 0; e < length; e++) {
    if (e >= kept.length || e >= found.length || !sameFigures(kept[e], found[e])) return e + 1;
  }
  return undefined;
}
