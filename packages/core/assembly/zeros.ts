/**
 * Where features are zero. Most of a picture is background: the products with it are left out.
 *
 * That changes no bit. A product with zero is zero, of either sign, as long as the other factor is
 * finite; and adding a zero of either sign to a sum changes it only if the sum is -0, which a sum
 * that starts from anything but -0 never becomes, since x + (-x) = +0. So nothing is left out where
 * the other factors are not all finite, or where a sum starts from -0. What is zero is told from the features
 * before they are scaled: the scale is finite, so that it takes no zero away.
 */

/** Whether a -0 is among the numbers, `bytes` a multiple of 16. */
export function hasNegativeZero(x: usize, bytes: usize): bool {
  const negative = i32x4.splat(0x80000000);
  for (const end = x + bytes; x < end; x += 16) {
    if (v128.any_true(i32x4.eq(v128.load(x), negative))) return true;
  }
  return false;
}
