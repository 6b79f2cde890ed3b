/**
 * Where features are zero. Most of a picture is background: the products with it are left out.
 *
 * That changes no bit. A product with zero is zero, of either sign, as long as the other factor is
 * finite; and adding a zero of either sign to a sum changes it only if the sum is -0, which a sum
 * that starts from anything but -0 never becomes, since x + (-x) = +0. So nothing is left out where
 * the other factors are not all finite, or where a sum starts from -0.
 */
import { LANES_BYTES } from "./layout";

/** Whether all numbers are finite, of `bytes` a multiple of 64: zero times each is zero, not NaN. */
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

/** Whether a -0 is among the numbers, `bytes` a multiple of 64. */
export function hasNegativeZero(x: usize, bytes: usize): bool {
  const negative = i32x4.splat(0x80000000);
  for (const end = x + bytes; x < end; x += 16) {
    if (v128.any_true(i32x4.eq(v128.load(x), negative))) return true;
  }
  return false;
}
