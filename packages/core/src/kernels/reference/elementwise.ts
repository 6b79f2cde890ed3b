import { foldInPlace } from "../../numerics/fold.ts";
import type { DescentStep, PartialSums } from "../kernels.ts";

const fround = Math.fround;

/** into += from. */
export function add(into: Float32Array, from: Float32Array): void {
  for (let i = 0; i < into.length; i++) into[i] += from[i];
}

/** out = the partials' numbers [begin, end), folded along the tree. */
export function reduce({ numbers, stride, count }: PartialSums, begin: number, end: number, out: Float32Array): void {
  const sums = new Float32Array(count);
  for (let i = begin; i < end; i++) {
    for (let p = 0; p < count; p++) sums[p] = numbers[p * stride + i];
    out[i - begin] = foldInPlace(sums);
  }
}

/** W = W - alpha dW with dW = sum / m. @returns whether the result is finite */
export function descend(
  W: Float32Array,
  begin: number,
  end: number,
  sum: Float32Array,
  { m, alpha }: DescentStep,
): boolean {
  let allFinite = true;
  for (let i = begin; i < end; i++) {
    W[i] -= fround(alpha * fround(sum[i - begin] / m));
    allFinite &&= Number.isFinite(W[i]);
  }
  return allFinite;
}

export function areFinite(numbers: Float32Array): boolean {
  return numbers.every((value) => Number.isFinite(value));
}
