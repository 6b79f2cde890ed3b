/** Dropout: a step leaves out random hidden units, so that other units do not come to depend on them. */
import { InputError, requireChoice } from "../checks/errors.ts";
import { describeValue } from "../checks/excerpt.ts";
import { requireOptions } from "../checks/options.ts";
import type { DropoutMask } from "../kernels/kernels.ts";
import { PURPOSE, streamKey } from "../numerics/random.ts";
import { STRENGTH_SCHEDULES, type StrengthSchedule, strengthAt } from "./flat-cosine.ts";

/**
 * Inverted dropout of hidden units: A[l] * D[l]. For each unit and example independently, D is 0 with the probability
 * p, and 1 / (1 - p) otherwise. Evaluation uses all units unchanged.
 *
 * Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, "Dropout: a simple way to prevent neural networks from
 * overfitting", 2014.
 */
export interface DropoutOptions {
  /** p: from 0 to below 1. */
  readonly rate: number;
  /** The schedule of p: its factor in each step. Default constant. */
  readonly schedule?: StrengthSchedule;
}

/** The dropout options with the seed of the masks: plain data. */
export interface DropoutSettings {
  readonly rate: number;
  readonly schedule: StrengthSchedule;
  readonly seed: number;
}

/** Whether a number is a valid dropout rate: 1 / (1 - p) must be an f32. */
export function isDropoutRate(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && Math.fround(value) < 1;
}

/** The condition of {@link isDropoutRate}, in words. */
export const DROPOUT_RANGE = "a number from 0 to below 1, of f32's precision";

/**
 * Checks the dropout options.
 * @returns undefined where nothing is dropped
 * @throws InputError naming the option that is unknown or out of range
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
 * The masks of a step, for the hidden layers 1 to L - 1. A mask and the number of an example determine whether each
 * unit is dropped, on any thread.
 * @param step from 1, counted over the whole training
 * @param steps the total number of steps
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
