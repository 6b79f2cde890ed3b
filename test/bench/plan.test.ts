import { kernelsNamed } from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";
import { predictStep, type StepFigures, subtreesOf } from "../../bench/plan/model.ts";
import { parseBandwidth } from "../../bench/plan/network.ts";

/** 784-512-512-10 with batches of 256 on two threads, for which slices pay. The seconds are easy to add. */
const WIDE: StepFigures = {
  layers: [784, 512, 512, 10],
  layout: kernelsNamed("plain").layout,
  batch: 256,
  parameterBytes: 2_678_824,
  perColumn: 0.001,
  update: 0.01,
  other: 0.002,
  addition: 0.003,
  threads: [
    { threads: 1, slowdown: 1, barrier: 0, allReduce: 0 },
    { threads: 2, slowdown: 1.5, barrier: 0.0001, allReduce: 0.004 },
  ],
};
const NETWORK = { name: "10Gb", bandwidth: 1.25e9, latency: 30e-6 };

describe("the plan", () => {
  it("is one thread's own step where there is one", () => {
    const { parts, seconds, speed } = predictStep(WIDE, { ranks: 1, threads: 1, shards: 8, network: NETWORK });
    expect(parts).toEqual({ compute: 0.256, reduce: 0, update: 0.01, network: 0, other: 0.002 });
    expect(speed).toBeCloseTo(256 / seconds, 9);
  });

  it("gives two threads half of the columns, each as slow as two of them make each other, and a slice each", () => {
    const { parts, bottleneck } = predictStep(WIDE, { ranks: 1, threads: 2, shards: 8, network: NETWORK });
    expect(parts.compute).toBeCloseTo(0.001 * 1.5 * 128, 12);
    expect(parts.update).toBe(0.005);
    expect(parts.reduce).toBeGreaterThanOrEqual(0.004);
    expect(bottleneck).toBe("compute");
  });

  it("has every rank send its sums to all others, and main add up what came", () => {
    const predict = (ranks: number) => predictStep(WIDE, { ranks, threads: 1, shards: 256, network: NETWORK });
    const [four, all] = [predict(4), predict(256)];
    expect(four.parts.network).toBeCloseTo(30e-6 + (3 * 2_678_824) / 1.25e9, 12);
    expect(all.parts.network).toBeCloseTo(30e-6 + (255 * 2_678_824) / 1.25e9, 12);
    expect(all.parts.reduce - four.parts.reduce).toBeCloseTo(252 * 0.003, 2);
    expect(four.bottleneck).toBe("compute");
    expect(all.parts.compute).toBeCloseTo(0.001, 12);
    expect(all.bottleneck).toBe("reduce");
    const slow = { ...NETWORK, bandwidth: 1e8 };
    expect(predictStep(WIDE, { ranks: 256, threads: 1, shards: 256, network: slow }).bottleneck).toBe("network");
  });

  it("leaves threads without a shard out", () => {
    const columns = (ranks: number) =>
      predictStep(WIDE, { ranks, threads: 2, shards: 8, network: NETWORK }).parts.compute / 0.0015;
    expect([1, 3, 4, 8].map(columns).map(Math.round)).toEqual([128, 64, 32, 32]);
  });

  it("knows the subtrees that a run of shards is", () => {
    expect(subtreesOf(8, 1)).toEqual({ all: 1, fewest: 1 });
    expect(subtreesOf(8, 4)).toEqual({ all: 4, fewest: 1 });
    // [0, 2), [2, 5) = [2, 4) + 4, [5, 8) = 5 + [6, 8).
    expect(subtreesOf(8, 3)).toEqual({ all: 5, fewest: 1 });
  });
});

describe("a network's speed", () => {
  it.each([
    ["10Gb", 1.25e9],
    ["100 Gbit/s", 1.25e10],
    ["1.25GB", 1.25e9],
    ["800Mbps", 1e8],
  ])("%s is read", (text, expected) => {
    expect(parseBandwidth(text)).toBe(expected);
  });

  it.each(["", "10", "Gb", "-1Gb", "0Gb", "10gb", "1e3Gb"])("%j is none", (text) => {
    expect(parseBandwidth(text)).toBeUndefined();
  });
});
