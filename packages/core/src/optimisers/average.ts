import type { RunningAverage } from "../kernels/kernels.ts";
import { power } from "../numerics/power.ts";

/**
 * An exponential running average at step t: beta times the old value plus 1 - beta times the new one. It starts from
 * zero. After t steps its weights add up to 1 - beta^t, so it is divided by that.
 * @param step t, from 1
 */
export function average(beta: number, step: number): RunningAverage {
  return {
    beta: Math.fround(beta),
    rest: Math.fround(1 - beta),
    correction: Math.fround(1 / (1 - power(beta, step))),
  };
}
