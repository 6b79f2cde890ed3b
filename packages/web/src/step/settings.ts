/** The settings that determine the picture of a step. */
import type { UpdateMode } from "@scratch-nn/core/engine";

/** Who adds the sums and updates: each worker a slice, or main alone. */
export const UPDATES = ["slices", "main"] as const satisfies readonly UpdateMode[];

export interface StepSettings {
  /** m: the number of columns of the batch. */
  readonly m: number;
  /** S: the number of shards of the batch. */
  readonly shards: number;
  /** The number of computing threads, including main. */
  readonly workers: number;
  readonly update: (typeof UPDATES)[number];
  /** The seed of how long each task takes on each worker. */
  readonly timing: number;
  /** Whether a worker is lost during the step. */
  readonly loses: boolean;
}

export const RANGES = {
  m: { min: 1, max: 512 },
  shards: { min: 1, max: 32 },
  workers: { min: 1, max: 8 },
  timing: { min: 1, max: 9999 },
} as const;

export const DEFAULTS: StepSettings = { m: 250, shards: 8, workers: 3, update: "slices", timing: 1, loses: false };

/** Small enough that each of its 51 parameters can be drawn. */
export const LAYERS = [2, 8, 3] as const;
