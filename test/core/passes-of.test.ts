import * as core from "@scratch-nn/core";
import { describe, expect, it } from "vitest";

/** Examples for a network with any output. */
function someExamples(layers: readonly number[], output: core.Output, m: number) {
  const network = core.createNetwork({ layers, output, seed: 5, activation: output === "identity" ? "gelu" : "relu" });
  const X = Float32Array.from({ length: layers[0] * m }, (_, i) => Math.sin(3 * i + 1));
  const outputs = layers.at(-1)!;
  const answers =
    output === "softmax"
      ? { labels: Uint16Array.from({ length: m }, (_, c) => (7 * c) % outputs) }
      : { targets: Float32Array.from({ length: outputs * m }, (_, i) => i % 2) };
  return { network, examples: { X, ...answers } };
}

describe("passesOf", () => {
  it("has every matrix of a step worked out by hand: see step-by-hand.test.ts", () => {
    const parameters = Float32Array.of(1, -1, 0.5, 0.5, /* b1 */ 0, -0.5, /* W2 */ 1, 2, 3, 1, /* b2 */ 1, 0);
    const network = core.networkOf([2, 2, 2], "relu", parameters);
    const { A, Z, dZ, gradient } = core.passesOf(network, { X: [1.0625, 0.4375, 0.5, 0], labels: [0, 0] });
    expect(A.map((each) => [...each])).toEqual([
      [1.0625, 0.4375, 0.5, 0],
      [0.625, 0.25, 0.5, 0],
      [0.5, 0.5, 0.5, 0.5],
    ]);
    expect(Z.map((each) => [...each])).toEqual([[], [0.625, 0.25, 0.5, -0.25], [2.125, 2.125, 1.5, 1.5]]);
    expect(dZ.map((each) => [...each])).toEqual([[], [1, -0.5, 1, 0], [-0.5, 0.5, -0.5, 0.5]]);
    expect([...gradient.W[1]]).toEqual([0.78125, 0.21875, -0.265625, -0.109375]);
  });

  it.each([
    { layers: [3, 5, 4], output: "softmax", m: 1 },
    { layers: [7, 20, 3, 5], output: "sigmoid", m: 300 },
    { layers: [4, 17, 2], output: "identity", m: 257 },
    { layers: [30, 10, 10], output: "softmax", m: 513 },
  ] as const)("gives the same bits with all kernels, predict's outputs and gradientOf's gradient: %j", (given) => {
    const { network, examples } = someExamples(given.layers, given.output, given.m);
    const before = network.parameters.slice();
    const plain = core.passesOf(network, examples, { kernels: "plain" });
    for (const kernels of ["simd128", "simd256"] as const) {
      expect(core.passesOf(network, examples, { kernels })).toEqual(plain);
    }
    expect(plain.A.at(-1)).toEqual(core.predict(network, examples.X).outputs);
    expect(plain.gradient).toEqual(core.gradientOf(network, examples));
    expect(network.parameters).toEqual(before);
  });

  it("multiplies pixels, and takes the columns that are named, in their order", () => {
    const network = core.createNetwork({ layers: [2, 3, 2] });
    const X = Uint8Array.of(255, 0, 51, 102);
    const { A, losses } = core.passesOf(network, { X, labels: [0, 1], columns: [1, 0] });
    expect([...A[0]]).toEqual([51, 102, 255, 0].map((byte) => Math.fround(byte * Math.fround(1 / 255))));
    const alone = [1, 0].map((column) => core.passesOf(network, { X, labels: [0, 1], columns: [column] }).losses[0]);
    expect([...losses]).toEqual(alone);
  });
});
