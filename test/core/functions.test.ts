import { cos, exp, expMinusOne, log, sigmoid, sqrt, tanh } from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";
import { floatsBetween } from "../support/floats.ts";

/** Also yields both ends. */
function* floatsFromTo(low: number, high: number, stride: number): Generator<number> {
  yield* floatsBetween(low, high, stride);
  yield low;
  yield high;
}

/** The distance between adjacent f32 at the magnitude of y. */
function ulp(y: number): number {
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.abs(y))));
  return 2 ** (exponent - 23);
}

const SMALLEST_NORMAL = 2 ** -126;

interface Case {
  readonly name: string;
  readonly f: (x: number) => number;
  /** Computed in f64, whose error is negligible for an f32. */
  readonly reference: (x: number) => number;
  readonly low: number;
  readonly high: number;
  /** The largest error, in units in the last place. */
  readonly most: number;
}

const CASES: readonly Case[] = [
  { name: "exp", f: exp, reference: Math.exp, low: -87.33, high: 88.72, most: 1.0 },
  { name: "log", f: log, reference: Math.log, low: SMALLEST_NORMAL, high: 3.4e38, most: 0.9 },
  { name: "e^x - 1 below zero", f: expMinusOne, reference: Math.expm1, low: -200, high: 0, most: 1.6 },
  { name: "e^x - 1", f: expMinusOne, reference: Math.expm1, low: -200, high: 88.72, most: 3.3 },
  { name: "tanh", f: tanh, reference: Math.tanh, low: -20, high: 20, most: 1.4 },
  { name: "sigmoid", f: sigmoid, reference: (x) => 1 / (1 + Math.exp(-x)), low: -87.3, high: 30, most: 2.6 },
];

describe.each(CASES)("$name", ({ f, reference, low, high, most }) => {
  it(`is within ${most} units in the last place of f64 from ${low} to ${high}`, () => {
    let worst = 0;
    let at = 0;
    for (const x of floatsFromTo(low, high, 997)) {
      const y = reference(x);
      if (Math.abs(y) < SMALLEST_NORMAL) continue;
      const error = Math.abs(f(x) - y) / ulp(y);
      if (!(error <= worst)) [worst, at] = [error, x];
    }
    expect(worst, `at ${at}`).toBeLessThanOrEqual(most);
  });

  it("gives f32 numbers, none of them denormal", () => {
    for (const x of floatsFromTo(-200, 200, 100_003)) {
      const y = f(x);
      if (Number.isNaN(y)) continue;
      expect(Math.fround(y)).toBe(y);
      if (y !== 0) expect(Math.abs(y)).toBeGreaterThanOrEqual(SMALLEST_NORMAL);
    }
  });

  it("hands NaN on", () => expect(f(Number.NaN)).toBeNaN());
});

describe("cos", () => {
  it("is within 7.6e-8 of f64 from -8192 to 8192", () => {
    let worst = 0;
    let at = 0;
    for (const x of floatsFromTo(-8192, 8192, 997)) {
      const error = Math.abs(cos(x) - Math.cos(x));
      if (!(error <= worst)) [worst, at] = [error, x];
    }
    expect(worst, `at ${at}`).toBeLessThanOrEqual(7.6e-8);
  });

  it("gives f32 numbers from -1 to 1, the same for x and -x, and NaN beyond its range", () => {
    for (const x of floatsFromTo(0, 8192, 100_003)) {
      const y = cos(x);
      expect(Math.fround(y)).toBe(y);
      expect(Math.abs(y)).toBeLessThanOrEqual(1);
      expect(cos(-x)).toBe(y);
    }
    expect([cos(0), cos(-0), cos(Math.fround(Math.PI))]).toEqual([1, 1, -1]);
    for (const x of [8193, -8193, Number.POSITIVE_INFINITY, Number.NaN]) expect(cos(x)).toBeNaN();
  });
});

describe("at the ends of the range", () => {
  it("exp overflows to Infinity and underflows to zero", () => {
    expect([exp(88.73), exp(Infinity), exp(-87.4), exp(-Infinity), exp(0)]).toEqual([Infinity, Infinity, 0, 0, 1]);
  });

  it("log of zero is -Infinity, of a negative number NaN", () => {
    expect([log(0), log(1), log(Infinity)]).toEqual([-Infinity, 0, Infinity]);
    expect(log(-1)).toBeNaN();
  });

  it("tanh and sigmoid saturate", () => {
    expect([tanh(50), tanh(-50), sigmoid(100), sigmoid(-100), sigmoid(0)]).toEqual([1, -1, 1, 0, 0.5]);
  });

  it("tanh is odd, to the bit", () => {
    for (const x of floatsFromTo(0, 20, 50_021)) expect(tanh(-x)).toBe(-tanh(x));
  });

  it("sqrt is rounded to f32", () => expect(sqrt(2)).toBe(Math.fround(Math.SQRT2)));
});
