/** Finds the knots (the edges of bins) of a number: its quantiles. */
import { quantile } from "./statistics.ts";

/**
 * Computes the distinct quantiles at 0, 1/bins, ..., 1. Bins are narrower where there are more rows; values that many
 * rows share give fewer bins.
 * @param sorted ascending
 * @param bins the most bins; 0 for none
 * @returns undefined if fewer than two bins are left, which add nothing to the number itself, or if the distance of two
 *   knots overflows an f64
 */
export function findKnots(sorted: Float64Array, bins: number): readonly number[] | undefined {
  if (bins < 2 || sorted.length === 0) return undefined;
  const quantiles = Array.from({ length: bins + 1 }, (_, t) => quantile(sorted, t / bins));
  const knots = quantiles.filter((knot, t) => t === 0 || knot > quantiles[t - 1]);
  const areFinite = knots.every((knot, t) => t === 0 || Number.isFinite(knot - knots[t - 1]));
  return knots.length > 2 && areFinite ? knots : undefined;
}
