/** What becomes of dropout, and of weight decay, over a run. */
import { cos } from "../numerics/functions.ts";

const fround = Math.fround;
const TWO_PI = fround(2 * Math.PI);

/**
 * With t from 0 to 1 over the steps: `constant` is 1; `flat-cosine` is 1 up to t = 1/2, then (1 - cos(2 pi t)) / 2, which
 * falls to 0 at the end. Holzmüller, Grinsztajn and Steinwart, "Better by default", 2024.
 */
export const STRENGTH_SCHEDULES = ["constant", "flat-cosine"] as const;
export type StrengthSchedule = (typeof STRENGTH_SCHEDULES)[number];

/**
 * What the strength is multiplied by in a step, an f32 from 0 to 1.
 * @param step from 1; the schedule is taken at its middle
 * @param steps in all
 */
export function strengthAt(schedule: StrengthSchedule, step: number, steps: number): number {
  const t = fround((step - 0.5) / steps);
  return schedule === "constant" || t <= 0.5 ? 1 : fround(0.5 * fround(1 - cos(fround(TWO_PI * t))));
}
