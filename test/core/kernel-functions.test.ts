import type { Activation } from "@scratch-nn/core";
import { exp, type KernelName, log, sigmoid, tanh } from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";
import { openDesk } from "../support/kernel-desk.ts";

/** Every finite f32 whose bits are a multiple of a prime, and the edges of the functions' cases. */
const VALUES = Float32Array.from(
  (function* () {
    const bits = new Uint32Array(1);
    const value = new Float32Array(bits.buffer);
    for (let i = 0; i < 2 ** 32; i += 40_009) {
      bits[0] = i;
      if (Number.isFinite(value[0])) yield value[0];
    }
    for (const edge of [0, 0.625, 1, 2 ** -126, 88.72283935546875, 87.3365478515625, 44, 1e-45, 3e38]) {
      for (const x of [edge, edge * (1 + 2 ** -23), edge * (1 - 2 ** -23)]) yield* [x, -x].map(Math.fround);
    }
  })(),
).filter((x) => Number.isFinite(x));

/** As many as a matrix of examples holds. */
const COLUMNS = 256;
const SIMD: readonly KernelName[] = ["simd128", "simd256"];

function runs(values: Float32Array): Float32Array[] {
  return Array.from({ length: Math.floor(values.length / COLUMNS) }, (_, i) =>
    values.subarray(i * COLUMNS, (i + 1) * COLUMNS),
  );
}

function expectSame(found: ArrayLike<number>, X: Float32Array, f: (x: number) => number): void {
  const wrong = X.findIndex((x, i) => !Object.is(f(x), found[i]));
  expect(wrong < 0 ? "all" : `x = ${X[wrong]}: ${found[wrong]} for ${f(X[wrong])}`).toBe("all");
}

describe.each(SIMD)("%s over the whole range of f32", (name) => {
  it.each([
    ["sigmoid", sigmoid],
    ["tanh", tanh],
  ] as const)("%s is core's, bit for bit", (activation: Activation, f) => {
    const desk = openDesk(name, { units: 1, inputs: 1, first: false, byLanes: false }, new Float32Array(1), activation);
    desk.setWeights(Float32Array.of(1), Float32Array.of(0));
    for (const X of runs(VALUES)) {
      desk.setColumns(desk.A, 1, X);
      desk.kernels.affine(desk.layer, desk.A, desk.Z, COLUMNS);
      // The sum starts from the bias: a negative zero becomes a positive one.
      expectSame(desk.columnsOf(desk.Z, 1, COLUMNS), X, (x) => f(Math.fround(0 + x)));
    }
  });

  it("exp and log are core's in softmax and cross-entropy, bit for bit", () => {
    const desk = openDesk(name, { units: 2, inputs: 1, first: false, byLanes: false }, new Float32Array(1));
    for (const X of runs(VALUES.filter((x) => x <= 0))) {
      // The largest logit is 0, so that the other is its own distance from it.
      desk.setColumns(
        desk.Z,
        2,
        Float32Array.from({ length: 2 * COLUMNS }, (_, i) => (i % 2 === 0 ? 0 : X[i >> 1])),
      );
      const { Z, dZ: A, labels, losses, predicted } = desk;
      desk.kernels.softmaxCrossEntropy(Z, A, { labels, losses, predicted }, 2, COLUMNS);
      const sum = (x: number): number => Math.fround(1 + exp(x));
      const found = desk.columnsOf(A, 2, COLUMNS);
      expectSame(
        X.map((_, c) => found[2 * c + 1]),
        X,
        (x) => Math.fround(exp(x) / sum(x)),
      );
      expectSame(losses, X, (x) => Math.fround(log(sum(x)) - 0));
    }
  });
});
