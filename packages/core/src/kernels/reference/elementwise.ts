import { runStart } from "../../reduction/shards.ts";
import type { LayerShape, PackedLayer } from "../kernels.ts";

const fround = Math.fround;

/** out = factor W. */
export function scale(W: Float32Array, factor: number, out: Float32Array): void {
  for (let i = 0; i < W.length; i++) out[i] = W[i] * factor;
}

/** into += from, numbers [begin, end). */
export function add(into: Float32Array, from: Float32Array, begin: number, end: number): void {
  for (let i = begin; i < end; i++) into[i] += from[i];
}

/** Part `part` of `parts` of into += from. */
export function addProducts(
  _shape: LayerShape,
  into: Float32Array,
  from: Float32Array,
  part: number,
  parts: number,
): void {
  const end = runStart(into.length, parts, part + 1);
  for (let i = runStart(into.length, parts, part); i < end; i++) into[i] += from[i];
}

/** W = W - alpha dW with dW = sum / m. */
export function descend(W: Float32Array, sum: Float32Array, m: number, alpha: number): void {
  for (let i = 0; i < W.length; i++) W[i] -= fround(alpha * fround(sum[i] / m));
}

/** W = W - alpha dW with dW = (sum / m) factor; scaledW = factor W. */
export function descendProducts(
  { W, scaledW }: PackedLayer,
  sum: Float32Array,
  m: number,
  factor: number,
  alpha: number,
): void {
  for (let i = 0; i < W.length; i++) {
    const dW = fround(fround(sum[i] / m) * factor);
    W[i] -= fround(alpha * dW);
    scaledW[i] = W[i] * factor;
  }
}
