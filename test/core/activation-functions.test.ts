import { ACTIVATIONS, type Activation } from "@scratch-nn/core";
import * as engine from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";
import { floatsBetween } from "../support/floats.ts";
import { g as inF64 } from "../support/reference.ts";

/** The distance between adjacent f32 at the magnitude of y. */
const ulp = (y: number): number => 2 ** (Math.floor(Math.log2(Math.abs(y))) - 23);

/** Below this magnitude, results may have underflowed to zero. */
const TWICE_NORMAL = 2 ** -125;

/** In f64, since the papers' formulas would cancel or overflow. */
const logistic = (u: number): number => 1 / (1 + Math.exp(-u));
const geluGate = (z: number): number => logistic(2 * Math.sqrt(2 / Math.PI) * (z + 0.044715 * z ** 3));

interface Case {
  readonly name: Activation;
  readonly f: (z: number) => number;
  /** A function of z, or of a = g(z): see the table of activations. */
  readonly derivative: (x: number) => number;
  readonly exact?: (z: number) => number;
  /** The largest error in units in the last place, for z from `low` to 1000. */
  readonly most: readonly (readonly [ulps: number, low: number])[];
}

const CASES: readonly Case[] = [
  { name: "leaky-relu", f: engine.leakyRelu, derivative: engine.leakyReluDerivative, most: [[0.9, -1000]] },
  { name: "elu", f: engine.elu, derivative: engine.eluDerivative, most: [[1.6, -1000]] },
  { name: "selu", f: engine.selu, derivative: engine.seluDerivative, most: [[2.5, -1000]] },
  {
    name: "gelu",
    f: engine.gelu,
    derivative: engine.geluDerivative,
    exact: (z) => z * geluGate(z),
    // The result is zero below -10.
    most: [
      [2.4, -1],
      [22, -5],
      [190, -10],
    ],
  },
  { name: "silu", f: engine.silu, derivative: engine.siluDerivative, most: [[2.4, -87]] },
  {
    name: "mish",
    f: engine.mish,
    derivative: engine.mishDerivative,
    exact: (z) => z * Math.tanh(Math.log1p(Math.exp(Math.min(z, 40)))),
    most: [[4, -87]],
  },
];

describe.each(CASES)("$name", ({ name, f, derivative, exact = inF64[name], most }) => {
  it.each(most)("is within %d units in the last place of f64 from %d on", (ulps, low) => {
    let worst = 0;
    let at = 0;
    for (const z of floatsBetween(low, 1000, 9973)) {
      const y = exact(z);
      if (Math.abs(y) < TWICE_NORMAL) continue;
      const error = Math.abs(f(z) - y) / ulp(y);
      if (!(error <= worst)) [worst, at] = [error, z];
    }
    expect(worst, `at ${at}`).toBeLessThanOrEqual(ulps);
  });

  it("has a derivative within 3e-6 of f64's differences from -50 to 50", () => {
    const h = 1e-5;
    let worst = 0;
    let at = 0;
    for (let i = 0; i <= 100_003; i++) {
      const z = Math.fround(-50 + (i * 100) / 100_003);
      // Some functions have a kink at 0 and no derivative there.
      if (Math.abs(z) < h) continue;
      const expected = (exact(z + h) - exact(z - h)) / (2 * h);
      const error = Math.abs(derivative(engine.keepsZ(name) ? z : f(z)) - expected);
      if (!(error <= worst)) [worst, at] = [error, z];
    }
    expect(worst, `at ${at}`).toBeLessThan(3e-6);
  });

  it("gives f32 numbers, and hands NaN on", () => {
    const values = Array.from(floatsBetween(-200, 200, 100_003), (z) => [f(z), derivative(z)]).flat();
    expect(values.filter((y) => Math.fround(y) !== y)).toEqual([]);
    expect([f(Number.NaN), engine.keepsZ(name) ? derivative(Number.NaN) : Number.NaN]).toEqual([
      Number.NaN,
      Number.NaN,
    ]);
  });

  it("is finite at minus infinity unless it is linear there, and infinite at infinity", () => {
    const limits = { "leaky-relu": Number.NEGATIVE_INFINITY, elu: -1, selu: -1.7580993175506592 } as const;
    expect(f(Number.NEGATIVE_INFINITY)).toBe(name in limits ? limits[name as keyof typeof limits] : 0);
    expect(f(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    for (const x of [Number.POSITIVE_INFINITY, 3e38])
      expect(derivative(x)).toBeCloseTo(name === "selu" ? 1.0507 : 1, 4);
  });
});

it("GELU's two forms differ by less than 0.0005", () => {
  /** The error function, by its power series. */
  const erf = (x: number): number => {
    let [sum, term] = [0, x];
    for (let n = 0; n < 150; n++) [sum, term] = [sum + term / (2 * n + 1), (-term * x * x) / (n + 1)];
    return (2 / Math.sqrt(Math.PI)) * sum;
  };
  for (let z = -6; z < 6; z += 0.01) {
    expect(Math.abs(engine.gelu(Math.fround(z)) - (z / 2) * (1 + erf(z / Math.SQRT2)))).toBeLessThan(5e-4);
  }
});

it("every activation but the elementary ones is tried here", () => {
  const elementary = ["relu", "sigmoid", "tanh", "identity"];
  expect([...elementary, ...CASES.map(({ name }) => name)].sort()).toEqual([...ACTIVATIONS].sort());
});
