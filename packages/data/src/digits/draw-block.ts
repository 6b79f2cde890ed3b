import { DIGIT_PIXELS, drawDigit } from "./draw-digit.ts";

/** A job: draw digits [from, to). Plain data, so that it can be sent to threads. */
export interface DrawJob {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  /** [784, m]; `labels` is [m]. Both are of the whole dataset, in shared memory. */
  readonly X: Uint8Array;
  readonly labels: Uint16Array;
}

/** Draws the digits of a job. @returns how many were drawn */
export function drawBlock({ seed, from, to, X, labels }: DrawJob): number {
  for (let i = from; i < to; i++) {
    labels[i] = drawDigit(seed, i, X.subarray(i * DIGIT_PIXELS, (i + 1) * DIGIT_PIXELS));
  }
  return to - from;
}
