const fround = Math.fround;

/** out = factor W. */
export function scale(W: Float32Array, factor: number, out: Float32Array): void {
  for (let i = 0; i < W.length; i++) out[i] = W[i] * factor;
}

/** into += from on [begin, end). */
export function add(into: Float32Array, from: Float32Array, begin: number, end: number): void {
  for (let i = begin; i < end; i++) into[i] = into[i] + from[i];
}

/** dW = (sum / m) * scale, in place. */
export function mean(sum: Float32Array, m: number, factor: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = fround(sum[i] / m) * factor;
}

/** W = W - alpha dW. */
export function descend(W: Float32Array, dW: Float32Array, alpha: number): void {
  for (let i = 0; i < W.length; i++) W[i] = W[i] - fround(alpha * dW[i]);
}
