/** The element-wise update, and checks for finite numbers. Lengths are in bytes and multiples of 64. */
import { LANES_BYTES, SCRATCH_SUMS } from "./constants";

/**
 * W = W - alpha (sum / m).
 * @returns whether all of W is finite afterwards
 */
export function descend(W: usize, sum: usize, m: f32, alpha: f32, bytes: usize, scratch: usize): bool {
  const sums = scratch + SCRATCH_SUMS;
  memory.fill(sums, 0, 32);
  // Division by a power of two equals multiplication by its inverse, bit for bit, and multiplication is far faster.
  const inverse: f32 = 1 / m;
  if ((reinterpret<u32>(m) & 0x007fffff) == 0) descend_mul(W, sum, inverse, alpha, bytes, sums);
  else descend_div(W, sum, m, alpha, bytes, sums);
  return areZero(sums);
}

// for each $O of mul, div
/** @param sums receives the sum of zero times each new number; it stays zero if all are finite */
function descend_$O(W: usize, sum: usize, m: f32, alpha: f32, bytes: usize, sums: usize): void {
  const d = f32x4.splat(m), a = f32x4.splat(alpha), zero = f32x4.splat(0);
  let z0 = v128.load(sums), z1 = v128.load(sums, 16);
  for (const end = W + bytes; W < end; W += 32, sum += 32) {
    const w0 = v128.load(W), w1 = v128.load(W, 16), s0 = v128.load(sum), s1 = v128.load(sum, 16);
    const v0 = f32x4.sub(w0, f32x4.mul(a, f32x4.$O(s0, d)));
    const v1 = f32x4.sub(w1, f32x4.mul(a, f32x4.$O(s1, d)));
    z0 = f32x4.add(z0, f32x4.mul(v0, zero));
    z1 = f32x4.add(z1, f32x4.mul(v1, zero));
    v128.store(W, v0);
    v128.store(W, v1, 16);
  }
  v128.store(sums, z0);
  v128.store(sums, z1, 16);
}

// end $O
/** Whether eight sums of products with zero are zero rather than NaN. */
// @ts-ignore: decorator
@inline
function areZero(sums: usize): bool {
  return !v128.any_true(f32x4.ne(f32x4.add(v128.load(sums), v128.load(sums, 16)), f32x4.splat(0)));
}

/** Whether all numbers are finite: zero times a finite number is zero, otherwise NaN. */
export function areFinite(x: usize, bytes: usize): bool {
  const zero = f32x4.splat(0);
  let s0 = zero, s1 = zero, s2 = zero, s3 = zero;
  for (const end = x + bytes; x < end; x += LANES_BYTES) {
    s0 = f32x4.add(s0, f32x4.mul(v128.load(x), zero));
    s1 = f32x4.add(s1, f32x4.mul(v128.load(x, 16), zero));
    s2 = f32x4.add(s2, f32x4.mul(v128.load(x, 32), zero));
    s3 = f32x4.add(s3, f32x4.mul(v128.load(x, 48), zero));
  }
  return !v128.any_true(f32x4.ne(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)), zero));
}
