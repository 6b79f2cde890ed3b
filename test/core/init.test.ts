import { createNetwork, type Initialisation } from "@scratch-nn/core";
import { creatingNetwork } from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";
import { weightsSha256 } from "../support/digest.ts";

const layers = [300, 100, 10];

function statistics(values: Float32Array): { mean: number; deviation: number; most: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance), most: Math.max(...values.map(Math.abs)) };
}

describe("initialisation", () => {
  it("he: W normal with variance 2 / inputs, b zero", () => {
    const { W, b } = createNetwork({ layers, init: "he", seed: 3 });
    expect(statistics(W[1]).deviation).toBeCloseTo(Math.sqrt(2 / 300), 3);
    expect(statistics(W[1]).most).toBeGreaterThan(3 * Math.sqrt(2 / 300));
    expect([...b[1], ...b[2]].every((x) => x === 0)).toBe(true);
  });

  it("lecun: W normal with variance 1 / inputs, b zero", () => {
    const { W, b } = createNetwork({ layers, init: "lecun", seed: 3 });
    expect(statistics(W[1]).deviation).toBeCloseTo(Math.sqrt(1 / 300), 3);
    expect(statistics(W[1]).most).toBeGreaterThan(3 * Math.sqrt(1 / 300));
    expect([...b[1], ...b[2]].every((x) => x === 0)).toBe(true);
  });

  it.each<Initialisation>(["he", "lecun", "xavier", "notes"])(
    "%s with zeroOutput: W[L] and b[L] are zero, the others as without",
    (init) => {
      const [network, usual] = [true, false].map((zeroOutput) => createNetwork({ layers, init, zeroOutput, seed: 3 }));
      expect([...network.W[2], ...network.b[2]].every((x) => Object.is(x, 0))).toBe(true);
      expect(network.W[1]).toEqual(usual.W[1]);
      expect(network.b[1]).toEqual(usual.b[1]);
      expect(usual).toEqual(createNetwork({ layers, init, seed: 3 }));
    },
  );

  it.each([1, "yes", null])("refuses %o for zeroOutput", (zeroOutput) => {
    expect(() => createNetwork({ layers, zeroOutput: zeroOutput as never })).toThrow(
      /^zeroOutput: expected true or false, found/,
    );
  });

  it("xavier: W uniform within sqrt(6 / (inputs + units)), b zero", () => {
    const { W, b } = createNetwork({ layers, init: "xavier", seed: 3 });
    const limit = Math.sqrt(6 / 400);
    expect(statistics(W[1]).most).toBeLessThanOrEqual(Math.fround(limit));
    expect(statistics(W[1]).deviation).toBeCloseTo(limit / Math.sqrt(3), 3);
    expect(b[1].every((x) => x === 0)).toBe(true);
  });

  it("notes: W and b uniform on [-0.5, 0.5)", () => {
    const { W, b } = createNetwork({ layers, init: "notes", seed: 3 });
    for (const values of [W[1], b[1]]) {
      expect(Math.min(...values)).toBeGreaterThanOrEqual(-0.5);
      expect(Math.max(...values)).toBeLessThan(0.5);
    }
    expect(statistics(W[1]).deviation).toBeCloseTo(1 / Math.sqrt(12), 2);
    expect(statistics(b[1]).deviation).toBeGreaterThan(0.2);
  });

  it.each<Initialisation>(["he", "lecun", "xavier", "notes"])("%s is a function of the seed", (init) => {
    const of = (seed: number): number[] => [...createNetwork({ layers: [5, 4, 3], init, seed }).parameters];
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });

  it("of a seed draws what it always drew", () => {
    // This hash must never change, so that a seed always means the same network.
    expect(weightsSha256(createNetwork({ layers: [784, 10, 10], seed: 0 }))).toBe(
      "9f113d85d31816dca477d0e69fff9b272f093442cf0707333003bce8cfb058ce",
    );
  });
});

describe("creating a network step by step", () => {
  it("gives the thread free after every few thousand parameters, and the same network in the end", () => {
    const options = { layers: [300, 200, 7], seed: 5 };
    const creating = creatingNetwork(options);
    let yields = 0;
    let step = creating.next();
    for (; !step.done; step = creating.next()) yields++;
    expect(yields).toBeGreaterThanOrEqual(4);
    expect(step.value).toEqual(createNetwork(options));
  });
});
