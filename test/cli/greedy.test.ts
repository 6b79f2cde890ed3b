import { greedyWeights, planWork, portfolioNamed, RECIPES } from "@scratch-nn/cli";
import { createNetwork } from "@scratch-nn/core";
import { describe, expect, it } from "vitest";

const squares =
  (wanted: readonly number[]) =>
  (mean: Float64Array): number =>
    mean.reduce((sum, value, i) => sum + (value - wanted[i]) ** 2, 0);

describe("greedy selection", () => {
  it("weights models so that their mean is best", () => {
    const models = [Float64Array.of(0, 4), Float64Array.of(4, 0), Float64Array.of(9, 9)];
    expect(greedyWeights(models, squares([1, 3]))).toEqual([0.75, 0.25, 0]);
  });

  it("takes one alone where nothing adds to it, and the first of equals", () => {
    const best = Float64Array.of(1, 2);
    expect(greedyWeights([Float64Array.of(5, 5), best, best.slice()], squares([1, 2]))).toEqual([0, 1, 0]);
  });

  it("never comes out worse than the best model alone", () => {
    const wanted = Array.from({ length: 30 }, (_, i) => (i * i) % 7);
    for (let k = 0; k < 20; k++) {
      const models = Array.from({ length: 4 }, (_, j) =>
        Float64Array.from(wanted, (value, i) => value + (((i + 3) * (j + 2) * (k + 5)) % 13) - 6),
      );
      const weights = greedyWeights(models, squares(wanted));
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
      const mean = Float64Array.from(wanted, (_, i) => models.reduce((sum, of, j) => sum + weights[j] * of[i], 0));
      const alone = Math.min(...models.map(squares(wanted)));
      expect(squares(wanted)(mean)).toBeLessThanOrEqual(alone + 1e-9);
    }
  });
});

describe("the portfolio", () => {
  it("has recipes that core takes, each with as many inner folds as the others beside it", () => {
    for (const name of RECIPES) {
      const portfolio = portfolioNamed(name, "classes");
      expect(new Set(portfolio.map(({ folds }) => folds)).size).toBe(1);
      expect(new Set(portfolio.map((recipe) => recipe.name)).size).toBe(portfolio.length);
      for (const { hidden, network, folds, repeats } of portfolio) {
        createNetwork({ ...network, layers: [3, ...hidden, 2] });
        expect(folds).toBeGreaterThan(1);
        expect(repeats).toBeGreaterThan(0);
      }
    }
  });

  it("is done whole for a thousand rows, and in part for more, by size alone", () => {
    const auto = portfolioNamed("auto", "classes");
    const work = (rows: number, inputs = 20) => planWork(auto, { rows, inputs, outputs: 3 });
    expect(work(1000)).toEqual({ recipes: auto, heldBack: auto[0].folds });
    let before = Number.POSITIVE_INFINITY;
    for (const rows of [1e3, 1e4, 1e5, 1e6, 1e7, 1e8]) {
      const { recipes, heldBack } = work(rows);
      expect(work(rows)).toEqual(work(rows));
      expect(heldBack).toBeGreaterThan(0);
      const epochs = recipes.reduce((sum, { fit }) => sum + fit.epochs, 0) * heldBack;
      expect(epochs).toBeLessThanOrEqual(before);
      before = epochs;
      for (const { fit } of recipes) expect(fit.epochs).toBeGreaterThan(0);
    }
    expect(work(1e5).heldBack).toBeLessThan(auto[0].folds);
    expect(work(1e7).recipes[0].fit.epochs).toBeLessThan(auto[0].fit.epochs);
  });
});
