import { ACTIVATIONS, type Activation, createNetwork, gradientOf } from "@scratch-nn/core";
import { describe, expect, it } from "vitest";
import { someExamples } from "../support/examples.ts";
import { referenceLoss } from "../support/reference.ts";

/** Layers, m, features. They cover both orders of summing (few and many first units), and no to three hidden layers. */
const SHAPES: readonly (readonly [layers: readonly number[], m: number, type: "bytes" | "floats"])[] = [
  [[3, 2], 1, "floats"],
  [[5, 4, 3], 7, "floats"],
  [[13, 17, 2], 9, "bytes"],
  [[11, 16, 5, 4], 13, "floats"],
  [[9, 7, 19, 6, 3], 23, "bytes"],
  [[20, 10, 10], 70, "bytes"],
];

/** Central differences in f64 with h = 1e-5, whose error is far below f32's. */
function finiteDifferences(
  layers: readonly number[],
  activation: Activation,
  at: Float32Array,
  X: number[],
  labels: ArrayLike<number>,
): Float64Array {
  const h = 1e-5;
  const parameters = Float64Array.from(at);
  return parameters.map((value, i) => {
    const moved = Float64Array.from(parameters);
    moved[i] = value + h;
    const above = referenceLoss(layers, activation, moved, X, labels);
    moved[i] = value - h;
    return (above - referenceLoss(layers, activation, moved, X, labels)) / (2 * h);
  });
}

describe.each(ACTIVATIONS)("with %s", (activation) => {
  it.each(SHAPES)("the gradient of %j, m = %i, %s, is the finite difference in f64", (layers, m, type) => {
    const network = createNetwork({ layers, activation, init: "notes", seed: 5 });
    const examples = someExamples(layers[0], m, layers.at(-1)!, type);
    const X = Array.from(examples.X, (x) => (type === "bytes" ? x / 255 : x));

    const { parameters: gradient, loss } = gradientOf(network, examples);

    const expected = finiteDifferences(layers, activation, network.parameters, X, examples.labels);
    expect(
      Math.abs(loss - referenceLoss(layers, activation, Float64Array.from(network.parameters), X, examples.labels)),
    ).toBeLessThan(1e-5);
    for (const [i, value] of gradient.entries()) {
      expect(Math.abs(value - expected[i]), `parameter ${i}: ${value} for ${expected[i]}`).toBeLessThanOrEqual(
        2e-6 + 1e-5 * Math.abs(expected[i]),
      );
    }
  });
});

describe("the gradient", () => {
  it("has a bias of the last layer that learns: db2 is a sum for each row, not zero", () => {
    const network = createNetwork({ layers: [4, 3, 3], seed: 1 });
    const { b } = gradientOf(network, someExamples(4, 10, 3, "floats"));
    expect(Math.max(...b[2].map(Math.abs))).toBeGreaterThan(1e-3);
  });

  it("of many shards is that of one, but for rounding", () => {
    const network = createNetwork({ layers: [6, 5, 3], seed: 1 });
    const examples = someExamples(6, 50, 3, "floats");
    const one = gradientOf(network, examples, { shards: 1 }).parameters;
    const many = gradientOf(network, examples, { shards: 64 }).parameters;
    for (const [i, value] of one.entries())
      expect(Math.abs(value - many[i])).toBeLessThan(1e-7 + 1e-6 * Math.abs(value));
  });
});
