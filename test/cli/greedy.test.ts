import {
  type DataSize,
  greedyWeights,
  inputsOf,
  planWork,
  portfolioNamed,
  RECIPES,
  sampledWeights,
} from "@scratch-nn/cli";
import { createNetwork, fit as train } from "@scratch-nn/core";
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

describe("weights on samples", () => {
  const wanted = Float64Array.from({ length: 40 }, (_, i) => (i * i) % 7);
  const lossesOf = (mean: Float64Array): Float64Array => mean.map((value, i) => (value - wanted[i]) ** 2);
  const near = wanted.map((value, i) => value + ((i * 5) % 3) - 1);
  const far = wanted.map((value, i) => value + ((i * 11) % 9) - 4);

  it("add up to 1, are the same for the same seed, and favour what is nearer", () => {
    const weights = sampledWeights([far, near], lossesOf, 40, 5);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(weights[1]).toBeGreaterThan(weights[0]);
    expect(sampledWeights([far, near], lossesOf, 40, 5)).toEqual(weights);
    expect(sampledWeights([far, near], lossesOf, 40, 6)).not.toEqual(weights);
  });

  it("are 1 for what is right, and for one alone", () => {
    expect(sampledWeights([far, wanted], lossesOf, 40, 1)).toEqual([0, 1]);
    expect(sampledWeights([far], lossesOf, 40, 1)).toEqual([1]);
  });
});

describe("the portfolio", () => {
  const size = (rows: number, others: Partial<DataSize> = {}): DataSize => ({
    rows,
    inputs: 100,
    bins: 80,
    outputs: 3,
    task: "classes",
    ...others,
  });

  it("has recipes that core takes, each with as many inner folds as the others beside it", () => {
    for (const name of RECIPES) {
      for (const of of [size(1000), size(90, { bins: 0, task: "quantities" }), size(20, { task: "labels" })]) {
        const portfolio = portfolioNamed(name, of);
        expect(new Set(portfolio.map(({ folds }) => folds)).size).toBe(1);
        expect(new Set(portfolio.map((recipe) => recipe.name)).size).toBe(portfolio.length);
        for (const recipe of portfolio) {
          const inputs = inputsOf(recipe, of);
          const output = { classes: "softmax", labels: "sigmoid", quantities: "identity" } as const;
          const layers = [inputs, ...recipe.hidden, of.outputs];
          const network = createNetwork({ ...recipe.network(of), layers, output: output[of.task] });
          const epochs = recipe.epochs(of);
          const X = new Float32Array(4 * inputs).fill(0.5);
          const answers = of.task === "classes" ? { labels: [0, 1, 2, 0] } : { targets: new Float32Array(12) };
          train(network, { X, ...answers }, { ...recipe.fit(of, inputs), epochs: 1 });
          for (const epoch of recipe.snapshots(epochs)) expect(epoch).toBeLessThan(epochs);
        }
      }
    }
  });

  it("tries bins of numbers where there are some, and another recipe where there are none", () => {
    const names = (bins: number) => portfolioNamed("auto", { bins }).map(({ name }) => name);
    expect([names(8), names(0)]).toEqual([
      ["numbers", "bins"],
      ["numbers", "short"],
    ]);
  });

  it("is done whole for a thousand rows, and in part for more, by size alone", () => {
    const auto = portfolioNamed("auto", { bins: 80 });
    expect(planWork(auto, size(1000))).toEqual({ epochs: [256, 256], heldBack: 5, isCut: false });
    expect([2800, 2900, 6400, 50_000].map((rows) => planWork(auto, size(rows)).epochs[0])).toEqual([256, 128, 64, 32]);
    let before = Number.POSITIVE_INFINITY;
    for (const rows of [1e3, 1e4, 1e5, 1e6, 1e7, 1e8]) {
      const { epochs, heldBack } = planWork(auto, size(rows));
      expect(planWork(auto, size(rows))).toEqual(planWork(auto, size(rows)));
      expect(heldBack).toBeGreaterThan(0);
      for (const count of epochs) expect(count).toBeGreaterThan(0);
      const all = epochs.reduce((sum, count) => sum + count, 0) * heldBack;
      expect(all).toBeLessThanOrEqual(before);
      before = all;
    }
    expect(planWork(auto, size(1e6)).heldBack).toBeLessThan(5);
    expect(planWork(auto, size(1e8)).epochs[0]).toBeLessThan(32);
  });

  it("keeps networks where the waves of the learning rate end, each once", () => {
    const [{ snapshots }] = portfolioNamed("auto", { bins: 0 });
    expect([snapshots(256), snapshots(32), snapshots(3), snapshots(1)]).toEqual([[17, 51, 119], [2, 6, 15], [1], []]);
  });
});
