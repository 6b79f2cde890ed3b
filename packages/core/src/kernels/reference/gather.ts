import type { LayerShape } from "../kernels.ts";

/** A[:, c] = X[:, order[first + c]], as f32. */
export function gather(
  X: Uint8Array | Float32Array,
  order: Uint32Array,
  first: number,
  count: number,
  A: Float32Array,
  { inputs }: LayerShape,
): void {
  for (let c = 0; c < count; c++) {
    const x = order[first + c] * inputs;
    A.set(X.subarray(x, x + inputs), c * inputs);
  }
}
