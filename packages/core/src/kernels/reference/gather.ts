import type { ColumnRun, FeatureMatrix, LayerShape } from "../kernels.ts";

const fround = Math.fround;

/** A[:, c] = scale X[:, order[first + c]], as f32. */
export function gather(
  { X, scale }: FeatureMatrix,
  { order, first, count }: ColumnRun,
  A: Float32Array,
  { inputs }: LayerShape,
): void {
  for (let c = 0; c < count; c++) scaled(X, order[first + c] * inputs, scale, A, c * inputs, inputs);
}

/** A[a ..] = scale X[x ..]. */
function scaled(
  X: Uint8Array | Float32Array,
  x: number,
  scale: number,
  A: Float32Array,
  a: number,
  length: number,
): void {
  for (let i = 0; i < length; i++) A[a + i] = fround(X[x + i] * scale);
}
