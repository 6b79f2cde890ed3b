/** What happens in a run, as the page is told it. Everything is JSON. */

/** What does not change while it trains. */
export interface RunFacts {
  /** The run's folder, as the user may name it. */
  readonly folder: string;
  readonly data: string;
  /** n[0] .. n[L]. */
  readonly layers: readonly number[];
  readonly activation: string;
  readonly optimizer: string;
  readonly epochs: number;
  /** Of the training part. */
  readonly examples: number;
  /** Examples a step. */
  readonly batchSize: number;
  readonly shards: number;
  /** Threads that compute, the main one among them: 1 where there are no workers. */
  readonly threads: number;
  /** Names of the classes; none where the task is another. */
  readonly classes: readonly string[];
  /** Width and height of an example, where it is a picture. */
  readonly picture?: readonly [width: number, height: number];
}

/**
 * - `waiting`: for the page to be opened, or for data
 * - `training`
 * - `stopping`: between "stop and save" and what it was asked for
 * - `stopped`: saved, and can go on
 * - `finished`
 * - `failed`
 * - `elsewhere`: another process is at work on it
 */
export type Phase = "waiting" | "training" | "stopping" | "stopped" | "finished" | "failed" | "elsewhere";

/** Of an epoch, as core's EpochReport. */
export interface EpochFigures {
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy?: number;
  readonly validation?: { readonly loss: number; readonly accuracy?: number };
}

export interface Progress {
  /** The epoch under way, from 1. */
  readonly epoch: number;
  /** From 0 to 1, of the whole run. */
  readonly share: number;
  readonly examplesPerSecond: number;
  readonly secondsLeft: number;
}

/** The weights of the first layer's units, each as a picture of what it looks at. */
export interface WeightPictures {
  readonly epoch: number;
  readonly units: number;
  /** Of how many in all. */
  readonly of: number;
  readonly width: number;
  readonly height: number;
  /** The weight that 255 stands for; 1 stands for its negative, 128 for 0. */
  readonly largest: number;
  /** [units, height, width], a byte each, in base64. */
  readonly pixels: string;
}

export interface Confusion {
  readonly epoch: number;
  /** Which examples: those held back for validation where there are some, or the test part's. */
  readonly part: "validation" | "test";
  readonly examples: number;
  readonly accuracy: number;
  /** [classes][classes], a row for each label. */
  readonly counts: readonly (readonly number[])[];
  /** Names of the classes, where there are no {@link RunFacts} that have them. */
  readonly classes?: readonly string[];
}

/** What a thread did for a while. */
export interface LaneSpan {
  readonly kind: "task" | "load" | "update" | "wait" | "validation" | "report";
  /** Milliseconds since the run began. */
  readonly from: number;
  readonly to: number;
  /** Shards of a task, slices of an update: [first, end). */
  readonly first?: number;
  readonly end?: number;
}

/** One step, all threads side by side. */
export interface StepLanes {
  /** From 1. */
  readonly epoch: number;
  /** Of the epoch, from 1. */
  readonly step: number;
  /** Whether a worker was lost in it: what is shown is how it was computed, and computed again. */
  readonly isAgain: boolean;
  /** For each thread, main's first. */
  readonly threads: readonly (readonly LaneSpan[])[];
  /** Of each thread, which part of the time since the last one it was at work, from 0 to 1. */
  readonly busy: readonly number[];
}

export interface Setback {
  readonly worker: number;
  readonly reason: string;
  readonly epoch: number;
  /** Of the epoch, from 1: the one that is computed again. */
  readonly step: number;
  readonly isReplaced: boolean;
}

/** What came of it. */
export interface RunResult {
  readonly weightsSha256: string;
  readonly seconds?: number;
  readonly testAccuracy?: number;
  readonly testLoss?: number;
}

/** Of a run that is made of many trainings: folds, a portfolio. */
export interface Trials {
  readonly done: number;
  readonly of: number;
  /** The result: names and values, for display. Missing while the run trains. */
  readonly figures?: readonly (readonly [name: string, value: string])[];
}

export type LiveEvent =
  | { readonly kind: "run"; readonly run: RunFacts }
  | { readonly kind: "phase"; readonly phase: Phase; readonly message?: string }
  | { readonly kind: "epochs"; readonly reports: readonly EpochFigures[] }
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "weights"; readonly weights: WeightPictures }
  | { readonly kind: "confusion"; readonly confusion: Confusion }
  | { readonly kind: "lanes"; readonly lanes: StepLanes }
  | { readonly kind: "trials"; readonly trials: Trials }
  | { readonly kind: "setback"; readonly setback: Setback }
  | { readonly kind: "result"; readonly result: RunResult };

/** What may be done to a run. */
export type Action = "kill" | "stop" | "go-on" | "end";

/** What became of a wish. */
export interface ActionAnswer {
  readonly isDone: boolean;
  /** For a person. */
  readonly message?: string;
}
