/** Who looks on while a run trains, and may stop it. Nothing of that changes a bit. */
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

/** A run that has trained, to the end or until somebody wanted it to stop. */
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
  /** Aborted when somebody wants the run to stop and to be saved. */
  readonly stop: AbortSignal;
  /** The training begins when this settles. */
  readonly begin: (run: WatchedRun) => Promise<void>;
  readonly onEpoch: (report: EpochReport) => void;
  readonly onProgress: (progress: FitProgress) => void;
  readonly onSpans: (spans: readonly Span[]) => void;
  readonly onRetry: (retry: Retry) => void;
  readonly controls: (controls: FitControls) => void;
  /** Asked after every step: whether it is time to look at the network. */
  readonly wantsNetwork: () => boolean;
  /** Given the network of the moment; it must copy what it keeps of it. */
  readonly onNetwork: (network: Network, epoch: number) => void;
  readonly end: (outcome: WatchedOutcome) => void;
  /** In place of these, of a run that is made of many trainings: it is about to do them. */
  readonly beginTrials: (folder: RunFolder) => Promise<void>;
  readonly onTrials: (done: number, of: number) => void;
  readonly endTrials: (outcome: TrialsOutcome) => void;
}

/** Progress that is told to who looks on, too. */
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

/** Checkpoints of the run, and between them the network for who looks on. */
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
      // A run that fails gives its last whole step, due or not.
      if (isForOwn || !isForWatcher) own.take(position, network);
      [isForOwn, isForWatcher] = [false, false];
    },
  };
}

/** Aborted with the first of them. */
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
