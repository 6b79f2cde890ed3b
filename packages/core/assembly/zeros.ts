/**
 * Skipping of zero features. Most of a picture is background, and the products with it are skipped.
 *
 * This does not change any bit. A product with zero is a zero of either sign, as long as the other factor is finite.
 * Adding a zero of either sign changes a sum only if the sum is -0. A sum that does not start from -0 never becomes -0,
 * since x + (-x) = +0. So nothing is skipped where the other factors are not all finite, or where a sum starts from -0.
 * Zeros are detected in the features before scaling: the scale is finite, so it keeps every zero.
 */

/** Whether the numbers contain a -0. @param bytes a multiple of 16 */
export function hasNegativeZero(x: usize, bytes: usize): bool {
  const negative = i32x4.splat(0x80000000);
  for (const end = x + bytes; x < end; x += 16) {
    if (v128.any_true(i32x4.eq(v128.load(x), negative))) return true;
  }
  return false;
}
