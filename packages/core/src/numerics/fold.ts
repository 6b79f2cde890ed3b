/** The balanced tree along which partial sums are added: adjacent ones first, then adjacent pairs, and so on. */

/** Adds the first `count` numbers along the tree, in place. @returns the sum; 0 for none */
export function foldInPlace(sums: Float32Array | Float64Array, count = sums.length): number {
  for (let stride = 1; stride < count; stride *= 2) {
    for (let into = 0; into + stride < count; into += 2 * stride) sums[into] += sums[into + stride];
  }
  return sums[0] ?? 0;
}
