/** Schedules of the strength of dropout and of weight decay. */
import { cos } from "../numerics/functions.ts";

const fround = Math.fround;
const TWO_PI = fround(2 * Math.PI);

/**
 * The factor of the strength, with t from 0 to 1 over the steps. `constant` is 1. `flat-cosine` is 1 up to t = 1/2,
 * then (1 - cos(2 pi t)) / 2, which falls to 0 at the end. Holzmüller, Grinsztajn and Steinwart, "Better by default",
 * 2024.
 */
export const STRENGTH_SCHEDULES = ["constant", "flat-cosine"] as const;
export type StrengthSchedule = (typeof STRENGTH_SCHEDULES)[number];

/**
 * The factor of the strength in a step, an f32 from 0 to 1.
 * @param step from 1; the schedule is evaluated at the middle of the step
 * @param steps the total number of steps
 */
export function strengthAt(schedule: StrengthSchedule, step: number, steps: number): number {
  const t = fround((step - 0.5) / steps);
  return schedule === "constant" || t <= 0.5 ? 1 : fround(0.5 * fround(1 - cos(fround(TWO_PI * t))));
}
