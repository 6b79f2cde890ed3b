/**
 * Fits Gunther's universal scalability law to measured speeds: the throughput of N threads is
 * X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1)), where sigma is the contention and kappa the cost of
 * coherency between threads.
 *
 * N. J. Gunther, "Guerrilla capacity planning", 2007, chapter 4.
 */
import { randomStream } from "@scratch-nn/core/engine";

/** The speed of a number of threads, in each round. */
export interface ThreadSpeeds {
  readonly threads: number;
  readonly speeds: readonly number[];
}

export interface ScalabilityFit {
  readonly sigma: number;
  readonly kappa: number;
  /** The 95 % bootstrap interval over resampled rounds, [least, most]. */
  readonly sigmaInterval: readonly [number, number];
  readonly kappaInterval: readonly [number, number];
  /** The number of threads with the highest throughput; infinite if kappa is 0. */
  readonly most: number;
}

/** The least numbers of threads for a fit: two more than there are unknowns. */
const FEWEST_POINTS = 5;
const RESAMPLES = 500;

/** Fits the law. @returns the reason if there are too few points to extrapolate from */
export function fitScalability(points: readonly ThreadSpeeds[]): ScalabilityFit | { readonly refused: string } {
  const counts = new Set(points.map(({ threads }) => threads)).size;
  if (counts < FEWEST_POINTS) {
    return {
      refused: `${counts} numbers of threads are too few to extrapolate from: at least ${FEWEST_POINTS} that the machine has cores for`,
    };
  }
  const [sigma, kappa] = solve(points.map(({ threads, speeds }) => [threads, median(speeds)]));
  const stream = randomStream(1, 5);
  let draws = 0;
  const resampled = Array.from({ length: RESAMPLES }, () =>
    solve(
      points.map(({ threads, speeds }) => [
        threads,
        median(speeds.map(() => speeds[stream.below(speeds.length, draws++)])),
      ]),
    ),
  );
  return {
    sigma,
    kappa,
    sigmaInterval: middle(resampled.map(([each]) => each)),
    kappaInterval: middle(resampled.map(([, each]) => each)),
    most: kappa === 0 ? Number.POSITIVE_INFINITY : Math.sqrt((1 - sigma) / kappa),
  };
}

/**
 * Solves N / X(N) = a + b (N - 1) + c N (N - 1) by least squares of relative errors; sigma = b / a, kappa = c / a. A
 * term that would be negative is left out.
 */
function solve(points: readonly (readonly [threads: number, speed: number])[]): readonly [number, number] {
  const rows = points.map(([n, speed]) => ({ terms: [1, n - 1, n * (n - 1)], value: n / speed }));
  for (const kept of [
    [0, 1, 2],
    [0, 1],
    [0, 2],
  ]) {
    const solution = leastSquares(
      rows.map(({ terms, value }) => ({ terms: kept.map((k) => terms[k] / value), value: 1 })),
    );
    const full = [0, 0, 0];
    for (const [i, k] of kept.entries()) full[k] = solution[i];
    if (full[1] >= 0 && full[2] >= 0) return [full[1] / full[0], full[2] / full[0]];
  }
  return [0, 0];
}

/** Solves by the normal equations, for at most three unknowns. */
function leastSquares(rows: readonly { readonly terms: readonly number[]; readonly value: number }[]): number[] {
  const n = rows[0].terms.length;
  const matrix = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n + 1 }, (_, j) =>
      rows.reduce((sum, { terms, value }) => sum + terms[i] * (j < n ? terms[j] : value), 0),
    ),
  );
  for (let i = 0; i < n; i++) {
    for (let row = 0; row < n; row++) {
      if (row === i) continue;
      const factor = matrix[row][i] / matrix[i][i];
      for (let j = i; j <= n; j++) matrix[row][j] -= factor * matrix[i][j];
    }
  }
  return matrix.map((row, i) => row[n] / row[i]);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

function middle(values: readonly number[]): readonly [number, number] {
  const sorted = [...values].sort((a, b) => a - b);
  return [sorted[Math.floor(0.025 * sorted.length)], sorted[Math.ceil(0.975 * sorted.length) - 1]];
}
