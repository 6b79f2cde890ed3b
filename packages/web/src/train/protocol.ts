/** What the page and its trainer, a web worker, say to each other. */
import type { QuantityErrors } from "@scratch-nn/core";
import type { TrainSettings } from "./settings.ts";

/** A file that was dropped on the page. */
export interface TableFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type ToTrainer =
  | { readonly kind: "start"; readonly settings: TrainSettings; readonly table: TableFile | undefined }
  /** Goes on, to the end or by one epoch. */
  | { readonly kind: "go"; readonly until: "end" | "epoch" }
  | { readonly kind: "pause" };

/** What the data came to. */
export interface DataSummary {
  readonly examples: number;
  readonly tested: number;
  readonly inputs: number;
  /** Empty for a quantity. */
  readonly classes: readonly string[];
  readonly label: string | undefined;
  readonly parameters: number;
  readonly layers: readonly number[];
  readonly shards: number;
  readonly threads: number;
  readonly remarks: readonly string[];
}

export interface Epoch {
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number | undefined;
}

export interface Outcome {
  readonly weightsSha256: string | undefined;
  readonly trainLoss: number;
  /** Of classes, from 0 to 1; undefined for a quantity, and without a test part. */
  readonly testAccuracy: number | undefined;
  /** Of a quantity, in its units; undefined for classes, and without a test part. */
  readonly testErrors: QuantityErrors | undefined;
  /** [classes][classes], a row for each true class; empty where there are too many to be looked at. */
  readonly confusion: readonly (readonly number[])[];
  /** The model's file. */
  readonly model: Uint8Array;
  readonly seconds: number;
}

export type FromTrainer =
  | { readonly kind: "reading"; readonly what: string }
  | { readonly kind: "ready"; readonly summary: DataSummary }
  /** Epochs that are over since the last message, and how far the one under way is. */
  | {
      readonly kind: "progress";
      readonly epochs: readonly Epoch[];
      readonly examples: number;
      readonly examplesPerSecond: number;
    }
  | { readonly kind: "paused" }
  | { readonly kind: "done"; readonly outcome: Outcome }
  | { readonly kind: "failed"; readonly message: string };
