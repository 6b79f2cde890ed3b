/** Statistics of a column's numbers, summed in f64 in the order of the rows. NaN means that a row has no number. */

export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** The population standard deviation: the sum of squares is divided by `count`. */
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Computes the mean and standard deviation in two passes. The second pass sums squares of differences from the mean, so
 * that a large offset (1e8, Unix seconds) costs no digits.
 */
export function momentsOf(numbers: Float64Array): Moments {
  let count = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const x of numbers) {
    if (Number.isNaN(x)) continue;
    count++;
    if (x < min) min = x;
    if (x > max) max = x;
  }
  // Sums of differences from the middle of the range overflow later and lose fewer digits than sums of the numbers.
  const middle = min / 2 + max / 2;
  let sum = 0;
  for (const x of numbers) if (!Number.isNaN(x)) sum += x - middle;
  const mean = middle + sum / count;
  // Differences are divided by the largest one, because squares of 1e200 would overflow.
  const largest = Math.max(max - mean, mean - min) || 1;
  let squares = 0;
  for (const x of numbers) if (!Number.isNaN(x)) squares += ((x - mean) / largest) ** 2;
  return { count, mean, deviation: largest * Math.sqrt(squares / count), min, max };
}

/** Returns the numbers of a column, ascending, without NaN. */
export function sortedNumbers(numbers: Float64Array): Float64Array {
  return numbers.filter((x) => !Number.isNaN(x)).sort();
}

/**
 * Computes a quantile by linear interpolation between the two nearest numbers (R's type 7, NumPy's default).
 * @param sorted ascending, at least one number
 * @param p from 0 to 1
 */
export function quantile(sorted: Float64Array, p: number): number {
  const at = p * (sorted.length - 1);
  const below = Math.floor(at);
  const [low, high] = [sorted[below], sorted[Math.min(below + 1, sorted.length - 1)]];
  return low === high ? low : low + (high - low) * (at - below);
}
