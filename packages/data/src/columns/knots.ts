/** Where the bins of a number begin and end: at its quantiles. */
import { quantile } from "./statistics.ts";

/**
 * The quantiles at 0, 1/bins, ..., 1, each once. Numbers that many rows share are fewer, narrower ones where more rows are.
 * @param sorted ascending
 * @param bins at most so many; 0 for none
 * @returns undefined where one bin or none would be left, which says no more than the number itself, or where two are too
 *   far apart for an f64
 */
export function findKnots(sorted: Float64Array, bins: number): readonly number[] | undefined {
  if (bins < 2 || sorted.length === 0) return undefined;
  const quantiles = Array.from({ length: bins + 1 }, (_, t) => quantile(sorted, t / bins));
  const knots = quantiles.filter((knot, t) => t === 0 || knot > quantiles[t - 1]);
  const areFinite = knots.every((knot, t) => t === 0 || Number.isFinite(knot - knots[t - 1]));
  return knots.length > 2 && areFinite ? knots : undefined;
}
