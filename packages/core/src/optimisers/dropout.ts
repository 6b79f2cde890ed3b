/** Dropout: hidden units that are left out of a step, so that others do not come to lean on them. */
import { InputError, requireChoice } from "../checks/errors.ts";
import { describeValue } from "../checks/excerpt.ts";
import { requireOptions } from "../checks/options.ts";
import type { DropoutMask } from "../kernels/kernels.ts";
import { PURPOSE, streamKey } from "../numerics/random.ts";
import { STRENGTH_SCHEDULES, type StrengthSchedule, strengthAt } from "./flat-cosine.ts";

/**
 * Inverted dropout of hidden units: A[l] * D[l], where D is 0 with the probability p, and 1 / (1 - p) otherwise, for each unit
 * and example on its own. Evaluation uses all units, as they are.
 *
 * Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, "Dropout: a simple way to prevent neural networks from
 * overfitting", 2014.
 */
export interface DropoutOptions {
  /** p: from 0 to below 1. */
  readonly rate: number;
  /** What p is multiplied by from step to step. Default constant. */
  readonly schedule?: StrengthSchedule;
}

/** With the seed that masks follow from: plain data. */
export interface DropoutSettings {
  readonly rate: number;
  readonly schedule: StrengthSchedule;
  readonly seed: number;
}

/** Whether a number can be a rate of dropout: 1 / (1 - p) has to be an f32. */
export function isDropoutRate(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && Math.fround(value) < 1;
}

/** What {@link isDropoutRate} asks for, in words. */
export const DROPOUT_RANGE = "a number from 0 to below 1, of f32's precision";

/**
 * @returns undefined where nothing is dropped
 * @throws InputError naming what is unknown or out of range
 */
export function planDropout(options: DropoutOptions | undefined, seed: number): DropoutSettings | undefined {
  if (options === undefined) return undefined;
  requireOptions("options.dropout", options, { rate: "checked", schedule: "checked" });
  const { rate, schedule = "constant" } = options;
  if (!isDropoutRate(rate)) {
    throw new InputError({
      where: "dropout.rate",
      expected: DROPOUT_RANGE,
      found: describeValue(rate),
      remedy: "pass for example 0.2",
    });
  }
  requireChoice("dropout.schedule", schedule, STRENGTH_SCHEDULES);
  return rate === 0 ? undefined : { rate, schedule, seed };
}

const TWO_TO_31 = 2 ** 31;

/**
 * The masks of a step, by layer: of the hidden ones, 1 to L - 1. With the number of the example they say of every unit
 * whether it is dropped, whoever asks.
 * @param step from 1, counted from the very beginning
 * @param steps in all
 * @param layers n[0] .. n[L]
 */
export function dropoutMasks(
  { rate, schedule, seed }: DropoutSettings,
  step: number,
  steps: number,
  layers: readonly number[],
): DropoutMask[] {
  const p = rate * strengthAt(schedule, step, steps);
  const limit = Math.max(-TWO_TO_31, Math.round(p * 2 * TWO_TO_31) - TWO_TO_31 - 1);
  const factor = Math.fround(1 / (1 - p));
  return layers
    .slice(0, -1)
    .map((units, l) => ({ units, key: streamKey(seed, PURPOSE.dropout, step, l), limit, factor }));
}
