import type { RunningAverage } from "../kernels/kernels.ts";
import { power } from "../numerics/power.ts";

/**
 * A running average, as of step t: of beta parts what it was, and of 1 - beta parts what is new. It starts from zero, so
 * that after t steps all its parts make 1 - beta^t, by which it is divided to be an average.
 * @param step t, from 1
 */
export function average(beta: number, step: number): RunningAverage {
  return {
    beta: Math.fround(beta),
    rest: Math.fround(1 - beta),
    correction: Math.fround(1 / (1 - power(beta, step))),
  };
}
