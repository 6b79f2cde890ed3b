/** The events of a run that the server sends to the page. Everything is JSON. */

/** The facts of a run that do not change during training. */
export interface RunFacts {
  /** The run's folder, by a name that the user can use. */
  readonly folder: string;
  readonly data: string;
  /** n[0] .. n[L]. */
  readonly layers: readonly number[];
  readonly activation: string;
  readonly optimizer: string;
  readonly epochs: number;
  /** Examples of the training part. */
  readonly examples: number;
  /** Examples a step. */
  readonly batchSize: number;
  readonly shards: number;
  /** Threads that compute, including main: 1 without workers. */
  readonly threads: number;
  /** Names of the classes; empty for other tasks. */
  readonly classes: readonly string[];
  /** Width and height of an example, if it is an image. */
  readonly picture?: readonly [width: number, height: number];
}

/**
 * - `waiting`: waits for the page to be opened, or for data
 * - `training`
 * - `stopping`: "stop and save" was requested and is not done yet
 * - `stopped`: saved; can be resumed
 * - `finished`
 * - `failed`
 * - `elsewhere`: another process trains this run
 */
export type Phase = "waiting" | "training" | "stopping" | "stopped" | "finished" | "failed" | "elsewhere";

/** The figures of an epoch, as in core's EpochReport. */
export interface EpochFigures {
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy?: number;
  readonly validation?: { readonly loss: number; readonly accuracy?: number };
}

export interface Progress {
  /** The current epoch, from 1. */
  readonly epoch: number;
  /** The finished share of the whole run, from 0 to 1. */
  readonly share: number;
  readonly examplesPerSecond: number;
  readonly secondsLeft: number;
}

/** The weights of the first layer's units, each as an image over the inputs. */
export interface WeightPictures {
  readonly epoch: number;
  readonly units: number;
  /** The number of units in the layer; `units` of them are shown. */
  readonly of: number;
  readonly width: number;
  readonly height: number;
  /** The weight that byte 255 stands for; 1 stands for its negative, 128 for 0. */
  readonly largest: number;
  /** [units, height, width], a byte each, in base64. */
  readonly pixels: string;
}

export interface Confusion {
  readonly epoch: number;
  /** Which examples are evaluated: those held back for validation, or those of the test part. */
  readonly part: "validation" | "test";
  readonly examples: number;
  readonly accuracy: number;
  /** [classes][classes], one row for each true class. */
  readonly counts: readonly (readonly number[])[];
  /** Names of the classes, where there are no {@link RunFacts} that have them. */
  readonly classes?: readonly string[];
}

/** An interval of a thread's activity. */
export interface LaneSpan {
  readonly kind: "task" | "load" | "update" | "wait" | "validation" | "report";
  /** Milliseconds since the run began. */
  readonly from: number;
  readonly to: number;
  /** Shards of a task, slices of an update: [first, end). Undefined in a step that is cut by units. */
  readonly first?: number;
  readonly end?: number;
}

/** One step on all threads. */
export interface StepLanes {
  /** From 1. */
  readonly epoch: number;
  /** The step of the epoch, from 1. */
  readonly step: number;
  /** Whether a worker was lost in the step. The spans then show the step and its repetition. */
  readonly isAgain: boolean;
  /** The spans of each thread, main first. */
  readonly threads: readonly (readonly LaneSpan[])[];
  /** For each thread, the share of the time since the last such event in which it was busy, from 0 to 1. */
  readonly busy: readonly number[];
}

/** The loss of a worker. */
export interface Setback {
  readonly worker: number;
  readonly reason: string;
  readonly epoch: number;
  /** The step of the epoch, from 1, that is computed again. */
  readonly step: number;
  readonly isReplaced: boolean;
}

/** The result of a finished run. */
export interface RunResult {
  readonly weightsSha256: string;
  readonly seconds?: number;
  readonly testAccuracy?: number;
  readonly testLoss?: number;
}

/** The progress of a run that consists of many trainings: folds, a portfolio. */
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

/** The actions that a page may request. */
export type Action = "kill" | "stop" | "go-on" | "end";

/** The answer to an action. */
export interface ActionAnswer {
  readonly isDone: boolean;
  /** A message for the user. */
  readonly message?: string;
}
