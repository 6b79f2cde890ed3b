/**
 * Compares whole runs with the papers' formulas in float64: learning rates by layer, a weight decay that ends, gradient
 * clipping.
 */
import * as core from "@scratch-nn/core";
import * as engine from "@scratch-nn/core/engine";
import { OPTIMISERS, strengthAt } from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";
import { someExamples } from "../support/examples.ts";

const LAYERS = [7, 6, 5, 3];
const STEPS = 10;
const ulp = 2 ** -23;

interface Case {
  readonly name: string;
  readonly options: Partial<core.FitOptions>;
  /** The factor of the learning rate for W[l] and b[l]. */
  readonly rate?: (layer: number, areBiases: boolean) => number;
  /** The largest norm of the gradient. */
  readonly norm?: number;
  /** The factor of the weight decay in a step. */
  readonly decay?: (step: number) => number;
}

const CASES: readonly Case[] = [
  {
    name: "a factor for each layer, and for biases",
    options: { factors: { layers: [0.5, 0, 3], biases: 0.1 } },
    rate: (layer, areBiases) => [0.5, 0, 3][layer - 1] * (areBiases ? 0.1 : 1),
  },
  {
    name: "a factor for biases alone",
    options: { factors: { biases: 6 } },
    rate: (_, areBiases) => (areBiases ? 6 : 1),
  },
  { name: "gradients that are clipped", options: { clipNorm: 0.05 }, norm: 0.05 },
  { name: "gradients that are short enough", options: { clipNorm: 1e3 }, norm: 1e3 },
];

const DECAY: Case = {
  name: "a decay that is flat, then falls to 0 along a cosine",
  options: { decaySchedule: "flat-cosine" },
  decay: (step) => {
    const t = (step - 0.5) / STEPS;
    return t <= 0.5 ? 1 : (1 - Math.cos(2 * Math.PI * t)) / 2;
  },
};

/** The update of one parameter in float64. */
function formula(name: core.OptimizerName, given: Partial<engine.OptimizerSettings>) {
  const { momentum = 0, beta1 = 0, beta2 = 0, epsilon = 0 } = given;
  let [v, s] = [0, 0];
  return (w: number, g: number, t: number, alpha: number, lambda: number): number => {
    if (name === "gradient-descent") return w - alpha * g;
    if (name === "rmsprop") {
      s = beta2 * s + (1 - beta2) * g * g;
      return w - (alpha * g) / (Math.sqrt(s) + epsilon);
    }
    if (name === "momentum" || name === "nesterov") {
      v = momentum * v + g;
      return w - alpha * (name === "momentum" ? v : g + momentum * v);
    }
    v = beta1 * v + (1 - beta1) * g;
    s = beta2 * s + (1 - beta2) * g * g;
    return w - alpha * (v / (1 - beta1 ** t) / (Math.sqrt(s / (1 - beta2 ** t)) + epsilon) + lambda * w);
  };
}

/**
 * Trains for ten steps of the full batch, and compares with the formulas on the gradients of the run's own parameters.
 */
function expectFormulas(
  name: core.OptimizerName,
  { options, rate = () => 1, norm = Infinity, decay = () => 1 }: Case,
): void {
  const examples = someExamples(LAYERS[0], 40, 3, "floats");
  const network = core.createNetwork({ layers: LAYERS, activation: "tanh", seed: 5 });
  // Adam's quotient of two small numbers has no accurate digits to compare.
  const optimizer = { name, ...OPTIMISERS[name].defaults, ...(OPTIMISERS[name].slots > 0 && epsilonOf(name)) };
  const { weightDecay = 0 } = optimizer as { weightDecay?: number };
  const alpha = 0.05;
  const exact = Float64Array.from(network.parameters);
  const parts = network.layers.flatMap((_, l) =>
    l === 0
      ? []
      : [
          ...Array.from(network.W[l], () => ({ layer: l, areBiases: false })),
          ...Array.from(network.b[l], () => ({ layer: l, areBiases: true })),
        ],
  );
  const formulas = parts.map(() => formula(name, optimizer));
  let gradient = core.gradientOf(network, examples).parameters;
  let step = 0;
  let clipped = 0;
  core.fit(network, examples, {
    epochs: STEPS,
    optimizer: optimizer as core.OptimizerOptions,
    learningRate: alpha,
    ...options,
    onEpoch() {
      step++;
      const length = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
      const clip = Math.min(1, norm / length);
      clipped += Number(clip < 1);
      for (const [i, part] of parts.entries()) {
        const lambda = part.areBiases ? 0 : weightDecay * decay(step);
        exact[i] = formulas[i](exact[i], clip * gradient[i], step, alpha * rate(part.layer, part.areBiases), lambda);
        const error = Math.abs(network.parameters[i] - exact[i]);
        expect(error, `parameter ${i}, step ${step}`).toBeLessThan(20 * step * ulp * Math.max(1, Math.abs(exact[i])));
      }
      gradient = core.gradientOf(network, examples).parameters;
    },
  });
  expect(step).toBe(STEPS);
  expect(clipped).toBe(norm < 1 ? STEPS : 0);
}

const epsilonOf = (name: core.OptimizerName) =>
  OPTIMISERS[name].defaults.epsilon === undefined ? {} : { epsilon: 1e-3 };

describe.each(core.OPTIMIZERS)("ten steps of %s are those of the formulas in float64, with", (name) => {
  it.each(CASES)("$name", (each) => expectFormulas(name, each));
});

describe("ten steps of adamw are those of the formulas in float64, with", () => {
  it(DECAY.name, () => expectFormulas("adamw", DECAY));
});

describe("flat-cosine", () => {
  it("is 1 for half of the steps, then falls along a cosine to almost 0", () => {
    for (const steps of [1, 2, 7, 1000, 123_457]) {
      for (const step of [1, 2, Math.ceil(steps / 2), Math.ceil(0.75 * steps), steps]) {
        if (step > steps) continue;
        const t = (step - 0.5) / steps;
        const exact = t <= 0.5 ? 1 : (1 - Math.cos(2 * Math.PI * t)) / 2;
        expect(Math.abs(strengthAt("flat-cosine", step, steps) - exact)).toBeLessThan(5e-7);
        expect(strengthAt("constant", step, steps)).toBe(1);
      }
    }
  });
});

describe("factors that are all 1 change no bit", () => {
  it.each([{}, { layers: [1, 1, 1] }, { biases: 1 }])("%o", (factors) => {
    const train = (options: Partial<core.FitOptions>) => {
      const network = core.createNetwork({ layers: LAYERS });
      core.fit(network, someExamples(LAYERS[0], 30, 3, "floats"), { epochs: 3, ...options });
      return network.parameters;
    };
    expect(train({ factors })).toEqual(train({}));
  });
});

describe("clipping", () => {
  it.each(engine.KERNEL_NAMES)("sums squares unit by unit, inputs in order, then along the tree: %s", (kernels) => {
    for (const layers of [
      [1, 2],
      [5, 3, 2],
      [21, 15, 17, 3],
      [784, 10, 10],
      [33, 130, 2],
    ]) {
      const [inputs, classes] = [layers[0], layers.at(-1)!];
      const examples = someExamples(inputs, 20, classes, "floats");
      const network = core.createNetwork({ layers });
      const [before, m] = [network.parameters.slice(), 20];
      const { W, b } = core.gradientOf(network, examples, { shards: 1 });
      const sums: number[] = [];
      for (let l = 1; l < layers.length; l++) {
        for (let u = 0; u < layers[l]; u++) {
          let sum = 0;
          for (const g of [b[l][u], ...W[l].subarray(u * layers[l - 1], (u + 1) * layers[l - 1])]) {
            // Recovers the sum over the examples from the mean.
            sum += (g * m) ** 2;
          }
          sums.push(sum);
        }
      }
      const norm = Math.sqrt(sums.reduce((all, each) => all + each, 0)) / m;
      const clipNorm = norm / 3;
      core.fit(network, examples, { epochs: 1, clipNorm, learningRate: 1, shards: 1, kernels });
      const length = Math.sqrt(network.parameters.reduce((all, w, i) => all + (w - before[i]) ** 2, 0));
      expect(Math.abs(length / clipNorm - 1)).toBeLessThan(1e-5);
    }
  });

  it("changes no bit where no gradient is longer", () => {
    const train = (options: Partial<core.FitOptions>) => {
      const network = core.createNetwork({ layers: LAYERS });
      core.fit(network, someExamples(LAYERS[0], 30, 3, "floats"), { epochs: 3, ...options });
      return network.parameters;
    };
    expect(train({ clipNorm: 1e6 })).toEqual(train({}));
    expect(train({ clipNorm: 0.01 })).not.toEqual(train({}));
  });

  it("ends a run whose gradient's norm f32 cannot hold", () => {
    const network = core.createNetwork({ layers: [3, 4, 2] });
    const { X, labels } = someExamples(3, 30, 2, "floats");
    const attempt = () =>
      core.fit(network, { X: (X as Float32Array).map((x) => 1e25 * x), labels }, { epochs: 1, clipNorm: 1 });
    expect(attempt).toThrow(core.DivergenceError);
  });
});

describe("refused are", () => {
  it.each([
    [{ factors: [1] }, /^options.factors: expected an object/],
    [{ factors: { layer: [1, 1, 1] } }, /^options.factors.layer: .*did you mean layers\?/],
    [
      { factors: { layers: [1, 1] } },
      /^factors.layers: expected an array of 3 numbers, one for each layer from 1 to L, found 2; pass for example \[1, 1, 1\]/,
    ],
    [{ factors: { layers: 2 } }, /^factors.layers: expected an array of 3 numbers, .*found 2;/],
    [{ factors: { layers: [1, -1, 1] } }, /^factors.layers\[1\]: expected a finite number from 0 .*found -1;/],
    [{ factors: { biases: Number.NaN } }, /^factors.biases: .*found NaN;/],
    [{ factors: { biases: 1e39 } }, /^factors.biases: .*found 1e\+39;/],
    [{ clipNorm: 0 }, /^clipNorm: expected a finite number above 0 that fits a 32-bit float, found 0;/],
    [{ clipNorm: -1 }, /^clipNorm: .*found -1;/],
    [{ clipNorm: "1" }, /^clipNorm: .*found "1";/],
    [{ clipNorm: 1e-50 }, /^clipNorm: .*found 1e-50;/],
    [
      { decaySchedule: "cosine", optimizer: { name: "adamw" } },
      /^decaySchedule: expected one of constant, flat-cosine, found "cosine";/,
    ],
    [
      { decaySchedule: "flat-cosine", optimizer: { name: "adam" } },
      /^options.decaySchedule: expected nothing: adam has no weight decay, found flat-cosine; leave it out, or pass/,
    ],
  ])("%o", (options, message) => {
    const network = core.createNetwork({ layers: LAYERS });
    const examples = someExamples(LAYERS[0], 5, 3, "floats");
    const attempt = () => core.fit(network, examples, { epochs: 1, ...options } as core.FitOptions);
    expect(attempt).toThrow(core.InputError);
    expect(attempt).toThrow(message);
  });
});
