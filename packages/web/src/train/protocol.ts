/** The messages between the page and its trainer, a web worker. */
import type { QuantityErrors } from "@scratch-nn/core";
import type { TrainSettings } from "./settings.ts";

/** The file of a table that the user has dropped on the page or chosen. */
export interface TableFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type ToTrainer =
  | { readonly kind: "start"; readonly settings: TrainSettings; readonly table: TableFile | undefined }
  /** Resumes training, to the end or for one epoch. */
  | { readonly kind: "go"; readonly until: "end" | "epoch" }
  | { readonly kind: "pause" };

/** Describes the data and the network of a run. */
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
  /** For classes: from 0 to 1. Undefined for a quantity, and without test examples. */
  readonly testAccuracy: number | undefined;
  /** For a quantity: in its units. Undefined for classes, and without test examples. */
  readonly testErrors: QuantityErrors | undefined;
  /** [classes][classes], a row for each true class; empty if there is none, or it has too many classes to show. */
  readonly confusion: readonly (readonly number[])[];
  /** The model's file. */
  readonly model: Uint8Array;
  readonly seconds: number;
}

export type FromTrainer =
  | { readonly kind: "reading"; readonly what: string }
  | { readonly kind: "ready"; readonly summary: DataSummary }
  /** Epochs finished since the last message, and the examples processed in the current one. */
  | {
      readonly kind: "progress";
      readonly epochs: readonly Epoch[];
      readonly examples: number;
      readonly examplesPerSecond: number;
    }
  | { readonly kind: "paused" }
  | { readonly kind: "done"; readonly outcome: Outcome }
  | { readonly kind: "failed"; readonly message: string };
