const fround = Math.fround;

/** out = factor W. */
export function scale(W: Float32Array, factor: number, out: Float32Array): void {
  for (let i = 0; i < W.length; i++) out[i] = W[i] * factor;
}

/** into += from. */
export function add(into: Float32Array, from: Float32Array): void {
  for (let i = 0; i < into.length; i++) into[i] += from[i];
}

/** W = W - alpha dW with dW = (sum / m) factor; scaledW = factor W. */
export function descend(
  W: Float32Array,
  sum: Float32Array,
  m: number,
  factor: number,
  alpha: number,
  scaledW?: Float32Array,
): void {
  for (let i = 0; i < W.length; i++) {
    const dW = fround(fround(sum[i] / m) * factor);
    W[i] -= fround(alpha * dW);
    if (scaledW !== undefined) scaledW[i] = W[i] * factor;
  }
}
