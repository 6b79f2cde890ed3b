/** Compares a small regression with an independent implementation in f64, and with least squares. */
import * as core from "@scratch-nn/core";
import { KERNEL_NAMES } from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";

/** The first of Anscombe's quartet ("Graphs in statistical analysis", 1973): y = 3.0001 + 0.5001 x, R2 0.6665. */
const X = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
const Y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
const m = X.length;

const standardised = (values: readonly number[]): Float32Array => {
  const mean = values.reduce((sum, x) => sum + x) / m;
  const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / m);
  return Float32Array.from(values, (x) => (x - mean) / deviation);
};
const examples = { X: standardised(X), targets: standardised(Y) };

/** Gradient descent with momentum in f64 on W2 tanh(W1 x + b1) + b2, from the same start. */
function descendInF64(
  start: Float32Array,
  units: number,
  steps: number,
  derivative: (d: number) => number,
): Float64Array {
  const p = Float64Array.from(start);
  const velocity = new Float64Array(p.length);
  const [b1, W2, b2] = [units, 2 * units, 3 * units];
  for (let step = 0; step < steps; step++) {
    const gradient = new Float64Array(p.length);
    for (const [c, x] of examples.X.entries()) {
      const a = Array.from({ length: units }, (_, u) => Math.tanh(p[u] * x + p[b1 + u]));
      const dz = derivative(a.reduce((sum, each, u) => sum + p[W2 + u] * each, p[b2]) - examples.targets[c]) / m;
      gradient[b2] += dz;
      for (let u = 0; u < units; u++) {
        const back = p[W2 + u] * dz * (1 - a[u] ** 2);
        gradient[W2 + u] += dz * a[u];
        gradient[b1 + u] += back;
        gradient[u] += back * x;
      }
    }
    for (let i = 0; i < p.length; i++) {
      velocity[i] = 0.9 * velocity[i] + gradient[i];
      p[i] -= 0.05 * velocity[i];
    }
  }
  return p;
}

const OPTIONS = { learningRate: 0.05, optimizer: { name: "momentum" } } as const;

describe.each<[string, core.LossOptions, (d: number) => number]>([
  ["squared error", { name: "squared-error" }, (d) => d],
  ["Huber", { name: "huber", delta: 0.5 }, (d) => Math.max(-0.5, Math.min(0.5, d))],
])("%s", (_, loss, derivative) => {
  it.each(KERNEL_NAMES)("thirty steps equal an independent computation in f64 within f32 rounding: %s", (kernels) => {
    const units = 4;
    const network = core.createNetwork({ layers: [1, units, 1], activation: "tanh", output: "identity", seed: 2 });
    const expected = descendInF64(network.parameters, units, 30, derivative);
    core.fit(network, examples, { ...OPTIONS, loss, epochs: 30, kernels });
    for (const [i, value] of network.parameters.entries()) {
      expect(Math.abs(value - expected[i]), `parameter ${i}`).toBeLessThan(2e-6 + 2e-6 * Math.abs(expected[i]));
    }
  });
});

it("without a hidden layer it comes to the line of least squares", () => {
  const network = core.networkOf([1, 1], "relu", new Float32Array(2), "identity");
  core.fit(network, examples, { ...OPTIONS, epochs: 400 });
  const [[r], [b]] = [network.W[1], network.b[1]];
  // For standardised numbers, the weight is the correlation, and the bias is 0.
  expect(r).toBeCloseTo(0.81642, 4);
  expect(b).toBeCloseTo(0, 5);
  const { errors } = core.evaluate(network, examples);
  expect(errors![0].r2).toBeCloseTo(0.66654, 4);
});
