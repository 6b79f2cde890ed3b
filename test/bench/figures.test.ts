import { describe, expect, it } from "vitest";
import { fitScalability } from "../../bench/figures/scalability.ts";
import { figureOf, shuffled } from "../../bench/figures/statistics.ts";

describe("a figure of some rounds", () => {
  it("has the median, and an interval that holds it with 95 % or more", () => {
    // Of twelve values, the interval excludes two on each side: 2 (1 + 12 + 66) / 4096 is 3.9 %. Of eleven, it excludes
    // one: two would be 6.5 %.
    const twelve = Array.from({ length: 12 }, (_, i) => i + 1);
    expect(figureOf(twelve)).toMatchObject({ median: 6.5, low: 3, high: 10 });
    expect(figureOf(twelve.slice(1))).toMatchObject({ median: 7, low: 3, high: 11 });
  });

  it("has the least and the most of few", () => {
    expect(figureOf([3, 1, 2])).toMatchObject({ median: 2, low: 1, high: 3 });
    expect(figureOf([5])).toMatchObject({ median: 5, low: 5, high: 5, spread: 0 });
  });
});

describe("rounds", () => {
  it("have orders of their own, each of all points, the same in every run", () => {
    const points = [0, 1, 2, 3, 4, 5, 6, 7];
    const orders = [1, 2, 3, 4].map((seed) => shuffled(points, seed));
    for (const order of orders) expect([...order].sort()).toEqual(points);
    expect(new Set(orders.map(String)).size).toBe(4);
    expect(shuffled(points, 1)).toEqual(orders[0]);
  });
});

describe("the universal scalability law", () => {
  const speed = (n: number, sigma: number, kappa: number) => (1000 * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));
  const pointsOf = (counts: number[], sigma: number, kappa: number, noise = 0) =>
    counts.map((threads) => ({
      threads,
      speeds: [-1, 0, 1].map((sign) => speed(threads, sigma, kappa) * (1 + sign * noise)),
    }));

  it.each([
    [0.02, 0.0005],
    [0.1, 0],
    [0, 0.002],
    [0, 0],
  ])("is found again from what it gives: sigma %d, kappa %d", (sigma, kappa) => {
    const fit = fitScalability(pointsOf([1, 2, 4, 8, 16], sigma, kappa));
    if ("refused" in fit) throw new Error(fit.refused);
    expect(fit.sigma).toBeCloseTo(sigma, 6);
    expect(fit.kappa).toBeCloseTo(kappa, 7);
    if (kappa > 0) expect(fit.most).toBeCloseTo(Math.sqrt((1 - sigma) / kappa), 2);
  });

  it("has intervals that hold what noisy rounds came from", () => {
    const fit = fitScalability(pointsOf([1, 2, 4, 8, 16], 0.02, 0.0005, 0.03));
    if ("refused" in fit) throw new Error(fit.refused);
    expect(fit.sigmaInterval[0]).toBeLessThan(0.02);
    expect(fit.sigmaInterval[1]).toBeGreaterThan(0.02);
    expect(fit.sigmaInterval[1]).toBeGreaterThan(fit.sigmaInterval[0]);
  });

  it("is not fitted to fewer than five numbers of threads", () => {
    expect(fitScalability(pointsOf([1, 2, 4, 8], 0.02, 0))).toEqual({ refused: expect.stringContaining("at least 5") });
  });
});
