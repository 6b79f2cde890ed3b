/** The interface of an observer that watches a run and may stop it. An observer changes no bit of the results. */
import type { Checkpoints, EpochReport, FitProgress, Network } from "@scratch-nn/core";
import type { TrainingPlan } from "@scratch-nn/core/engine";
import type { Dataset } from "@scratch-nn/data";
import type { FitControls, Retry, Span } from "@scratch-nn/parallel";
import type { TrainOptions } from "../options/train-options.ts";
import type { TrainingProgress } from "../reports/progress.ts";
import type { TestFigures } from "../reports/test-report.ts";
import type { Summary } from "../reports/train-report.ts";
import type { RunFolder } from "./run-folder.ts";

/** A run that is about to train. */
export interface WatchedRun {
  readonly folder: RunFolder;
  readonly options: TrainOptions;
  readonly dataset: Dataset;
  readonly network: Network;
  readonly plan: TrainingPlan;
}

/** A run after its training, complete or stopped. */
export interface WatchedOutcome extends WatchedRun {
  readonly summary: Summary;
  readonly test: TestFigures | undefined;
}

/** The end of a run of many trainings. */
export interface TrialsOutcome {
  readonly isWhole: boolean;
  /** What metrics.json holds. */
  readonly metrics: Readonly<Record<string, unknown>>;
  /** Names of the classes; empty for other tasks. */
  readonly classes: readonly string[];
  /** The model file, if one is kept. */
  readonly model: Uint8Array | undefined;
}

export interface Watcher {
  /** Aborted when the run should stop and be saved. */
  readonly stop: AbortSignal;
  /** Training starts when this settles. */
  readonly begin: (run: WatchedRun) => Promise<void>;
  readonly onEpoch: (report: EpochReport) => void;
  readonly onProgress: (progress: FitProgress) => void;
  readonly onSpans: (spans: readonly Span[]) => void;
  readonly onRetry: (retry: Retry) => void;
  readonly controls: (controls: FitControls) => void;
  /** Called after every step: whether the observer wants the network now. */
  readonly wantsNetwork: () => boolean;
  /** Receives the current network; the observer must copy what it keeps. */
  readonly onNetwork: (network: Network, epoch: number) => void;
  readonly end: (outcome: WatchedOutcome) => void;
  /** Called instead of `begin` before a run of many trainings. */
  readonly beginTrials: (folder: RunFolder) => Promise<void>;
  readonly onTrials: (done: number, of: number) => void;
  readonly endTrials: (outcome: TrialsOutcome) => void;
}

/** Progress that the observer receives as well. */
export function watched(own: TrainingProgress, watcher: Watcher | undefined): TrainingProgress {
  if (watcher === undefined) return own;
  return {
    ...own,
    during(progress) {
      own.during(progress);
      watcher.onProgress(progress);
    },
    after(report) {
      own.after(report);
      watcher.onEpoch(report);
    },
  };
}

/** Takes the run's checkpoints, and passes the network to the observer in between. */
export function alsoFor(watcher: Watcher, own: Checkpoints): Checkpoints {
  let [isForOwn, isForWatcher] = [false, false];
  return {
    areDue(epoch, batch) {
      isForOwn = own.areDue(epoch, batch);
      isForWatcher = watcher.wantsNetwork();
      return isForOwn || isForWatcher;
    },
    take(position, network) {
      if (isForWatcher) watcher.onNetwork(network, position.epoch);
      // A failing run hands over its last complete step, due or not.
      if (isForOwn || !isForWatcher) own.take(position, network);
      [isForOwn, isForWatcher] = [false, false];
    },
  };
}

/** Aborted with the first of the two signals. */
export function eitherOf(one: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  if (other === undefined) return one;
  const controller = new AbortController();
  for (const signal of [one, other]) {
    const abort = (): void => controller.abort(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  }
  return controller.signal;
}
