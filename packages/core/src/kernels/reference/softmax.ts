import { exp, log } from "../../numerics/functions.ts";
import type { Answers } from "../kernels.ts";

const fround = Math.fround;

/** A = softmax(Z) per column and the cross-entropy of each column: see Kernels.softmaxCrossEntropy. */
export function softmaxCrossEntropy(
  Z: Float32Array,
  A: Float32Array,
  { labels, losses, predicted }: Answers,
  units: number,
  columns: number,
): void {
  for (let c = 0; c < columns; c++) {
    const z = c * units;
    let max = Z[z];
    for (let u = 1; u < units; u++) if (Z[z + u] > max) max = Z[z + u];
    let sum = 0;
    for (let u = 0; u < units; u++) {
      const e = exp(fround(Z[z + u] - max));
      A[z + u] = e;
      sum = fround(sum + e);
    }
    for (let u = 0; u < units; u++) A[z + u] = A[z + u] / sum;
    losses[c] = log(sum) - fround(Z[z + labels[c]] - max);
    predicted[c] = firstLargest(A, z, units);
  }
}

/** The index of the largest of `length` numbers from `offset` on; the first one of equals. */
export function firstLargest(values: Float32Array, offset: number, length: number): number {
  let best = 0;
  for (let i = 1; i < length; i++) if (values[offset + i] > values[offset + best]) best = i;
  return best;
}

/** dZ = A - Y, with Y one-hot. */
export function subtractOneHot(
  A: Float32Array,
  labels: Uint16Array,
  dZ: Float32Array,
  units: number,
  columns: number,
): void {
  for (let c = 0; c < columns; c++) {
    for (let u = 0; u < units; u++) {
      const y = u === labels[c] ? 1 : 0;
      dZ[c * units + u] = A[c * units + u] - y;
    }
  }
}
