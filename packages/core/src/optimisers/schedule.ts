/** Schedules: what becomes of the learning rate, as a function of the step and of all steps alone. */
import { InputError, requireChoice, requireInteger } from "../checks/errors.ts";
import { describeValue } from "../checks/excerpt.ts";
import { requireOptions } from "../checks/options.ts";
import { cos, log } from "../numerics/functions.ts";

const fround = Math.fround;

export const SCHEDULES = ["constant", "step", "cosine", "cos-log"] as const;
export type ScheduleName = (typeof SCHEDULES)[number];

export interface ScheduleOptions {
  /**
   * With t from 0 to 1 over the steps: `constant` is 1, `step` 1, 1/10 and 1/100 in a third of the steps each, `cosine`
   * (1 + cos(pi t)) / 2, and `cos-log` (1 - cos(2 pi log2(1 + 15 t))) / 2: four waves, each twice as long as the one before.
   */
  readonly name: ScheduleName;
  /** Steps over which the learning rate first rises from zero, in a line; from 0. Default 0. */
  readonly warmup?: number;
}

export type ScheduleSettings = Required<ScheduleOptions>;

/** Any of 2^31 - 1 steps. */
const MOST = 2 ** 31 - 1;
const TWO_PI = fround(2 * Math.PI);
const PI = fround(Math.PI);
const LOG2_E = fround(Math.LOG2E);

/** What the learning rate is multiplied by, an f32 from 0 to 1. @param t from 0 to 1, an f32 */
const FACTORS: Readonly<Record<ScheduleName, (t: number) => number>> = {
  constant: () => 1,
  step: (t) => [1, fround(0.1), fround(0.01)][Math.min(2, Math.floor(3 * t))],
  cosine: (t) => fround(0.5 * fround(1 + cos(fround(PI * t)))),
  "cos-log": (t) => {
    const log2 = fround(log(fround(1 + fround(15 * t))) * LOG2_E);
    return fround(0.5 * fround(1 - cos(fround(TWO_PI * log2))));
  },
};

/**
 * The learning rate of a step.
 * @param alpha what it is without a schedule
 * @param step from 1
 * @param steps in all
 */
export function scheduledRate({ name, warmup }: ScheduleSettings, alpha: number, step: number, steps: number): number {
  const rate = fround(alpha);
  if (step <= warmup) return fround(rate * fround(step / (warmup + 1)));
  // The middle of the step: no step is wasted where the learning rate is zero.
  const t = fround((step - warmup - 0.5) / (steps - warmup));
  return fround(rate * FACTORS[name](t));
}

/** Whether a run of more steps would have had other learning rates from its beginning. */
export function dependsOnSteps(name: ScheduleName): boolean {
  return name !== "constant";
}

/** @throws InputError naming what is unknown or out of range */
export function planSchedule(options: ScheduleOptions = { name: "constant" }): ScheduleSettings {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new InputError({
      where: "options.schedule",
      expected: "an object with the schedule's name",
      found: describeValue(options),
      remedy: 'pass for example { name: "cosine" }',
    });
  }
  requireOptions("options.schedule", options, { name: "checked", warmup: "checked" });
  const { name, warmup = 0 } = options;
  return {
    name: requireChoice("schedule.name", name, SCHEDULES),
    warmup: requireInteger("schedule.warmup", warmup, 0, MOST),
  };
}
