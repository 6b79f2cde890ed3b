import { ACTIVATIONS, type Activation } from "@scratch-nn/core";
import * as engine from "@scratch-nn/core/engine";
import { exp, type KernelName, log, sigmoid, tanh } from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";
import { openDesk } from "../support/kernel-desk.ts";

/** Every finite f32 whose bits are a multiple of a prime, and the limits between the functions' cases. */
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

/** The same with special values, padded to whole runs. */
const ALL_VALUES = Float32Array.from([
  ...[0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 20, -100, 0.34, -0.34, 1e-45, -1e-45],
  ...VALUES,
  ...new Float32Array(256),
]);

const identity = (x: number): number => x;
const isAbove = (a: number): number => (a > 0 ? 1 : 0);
const f32 = Math.fround;

/** Each activation, and its derivative as a function of z or of a = g(z). */
const FUNCTIONS: Readonly<Record<Activation, readonly [g: (z: number) => number, derivative: (z: number) => number]>> =
  {
    relu: [(z) => (z > 0 ? z : 0), isAbove],
    sigmoid: [sigmoid, (a) => f32(a * f32(1 - a))],
    tanh: [tanh, (a) => f32(1 - f32(a * a))],
    "leaky-relu": [engine.leakyRelu, engine.leakyReluDerivative],
    elu: [engine.elu, engine.eluDerivative],
    selu: [engine.selu, engine.seluDerivative],
    gelu: [engine.gelu, engine.geluDerivative],
    silu: [engine.silu, engine.siluDerivative],
    mish: [engine.mish, engine.mishDerivative],
    identity: [identity, () => 1],
  };

/** The columns of a matrix of examples. */
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

describe.each(["plain", ...SIMD] as const)("%s over all kinds of f32", (name) => {
  it.each(ACTIVATIONS)("%s and its derivative are core's, bit for bit", (activation) => {
    const [g, derivative] = FUNCTIONS[activation];
    for (const byLanes of [false, true]) {
      const shape = { units: 1, inputs: 1, first: false, byLanes: false };
      const desk = openDesk(name, { ...shape, first: byLanes, byLanes }, new Float32Array(1), activation);
      // A sum that starts from -0 preserves the sign of zeros.
      desk.setWeights(Float32Array.of(1), Float32Array.of(-0));
      for (const X of runs(ALL_VALUES)) {
        if (byLanes) {
          desk.order.set(desk.order.map((_, c) => c));
          desk.kernels.gather(
            { X, scale: 1 },
            { order: desk.order, first: 0, count: COLUMNS },
            desk.X,
            desk.layer.shape,
          );
        } else desk.setColumns(desk.A, 1, X);
        desk.kernels.affine(desk.layer, byLanes ? desk.X : desk.A, desk.Z, COLUMNS);
        const apart = desk.layer.activationApart !== undefined;
        if (apart) desk.kernels.activate(desk.layer, desk.Z, desk.dZ, COLUMNS);
        // The sums by lanes start from +0.
        const Z = byLanes ? X.map((x) => 0 + x) : X;
        expectSame(desk.columnsOf(apart ? desk.dZ : desk.Z, 1, COLUMNS), Z, g);
        if (byLanes) continue;
        desk.setColumns(desk.dZ, 1, new Float32Array(COLUMNS).fill(1));
        desk.kernels.backpropagate(desk.layer, desk.dZ, desk.A, desk.dA, COLUMNS);
        expectSame(desk.columnsOf(desk.dA, 1, COLUMNS), X, derivative);
      }
    }
  });
});

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
      // The sum starts from the bias, so -0 becomes +0.
      expectSame(desk.columnsOf(desk.Z, 1, COLUMNS), X, (x) => f(Math.fround(0 + x)));
    }
  });

  it("exp and log are core's in softmax and cross-entropy, bit for bit", () => {
    const desk = openDesk(name, { units: 2, inputs: 1, first: false, byLanes: false }, new Float32Array(1));
    for (const X of runs(VALUES.filter((x) => x <= 0))) {
      // The largest logit is 0, so that the other one equals its difference from it.
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
