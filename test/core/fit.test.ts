import * as core from "@scratch-nn/core";
import * as engine from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";
import { weightsSha256 } from "../support/digest.ts";
import { someExamples } from "../support/examples.ts";

/** Exclusive or, an example per column. */
const XOR = { X: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), labels: [0, 1, 1, 0] };

describe("core.fit", () => {
  it.each(core.ACTIVATIONS.filter((name) => name !== "identity"))("learns exclusive or with %s", (activation) => {
    const network = core.createNetwork({ layers: [2, 8, 2], activation, init: "xavier", seed: 4 });
    const result = core.fit(network, XOR, { epochs: 3000, learningRate: 1 });
    expect(result.epochs.at(-1)!.accuracy).toBe(1);
    expect([...core.predict(network, XOR.X).classes]).toEqual(XOR.labels);
  });

  it("learns what is linear with identity, and exclusive or not", () => {
    const accuracyOf = (labels: readonly number[]): number => {
      const network = core.createNetwork({ layers: [2, 8, 2], activation: "identity", init: "xavier", seed: 4 });
      return core.fit(network, { ...XOR, labels }, { epochs: 1000, learningRate: 1 }).epochs.at(-1)!.accuracy!;
    };
    expect(accuracyOf([0, 1, 1, 1])).toBe(1);
    expect(accuracyOf(XOR.labels)).toBeLessThan(1);
  });

  it("gives the same bits twice, and others for another seed", () => {
    const examples = someExamples(9, 101, 3, "bytes");
    const train = (seed: number): string => {
      const network = core.createNetwork({ layers: [9, 6, 3], seed: 1 });
      core.fit(network, examples, { epochs: 3, batchSize: 10, seed });
      return weightsSha256(network);
    };
    expect(train(1)).toBe(train(1));
    expect(train(1)).not.toBe(train(2));
  });

  it("takes every example once an epoch, the last batch what is left", () => {
    const network = core.createNetwork({ layers: [4, 3, 2] });
    const progress: number[] = [];
    const result = core.fit(network, someExamples(4, 25, 2, "floats"), {
      epochs: 2,
      batchSize: 10,
      shards: 1,
      onProgress: ({ examples }) => progress.push(examples),
    });
    expect(result).toMatchObject({ steps: 6, completed: true });
    expect(progress).toEqual([10, 20, 25, 10, 20, 25]);
  });

  it("shuffles mini-batches anew each epoch, and leaves the full batch as it stands", () => {
    const examples = someExamples(4, 50, 2, "floats");
    const network = core.createNetwork({ layers: [4, 3, 2] });
    const orderOf = (options: Partial<core.FitOptions>, epoch: number): number[] => {
      const plan = engine.planTraining(network, examples, { epochs: 1, ...options });
      const order = new Uint32Array(50);
      engine.orderEpoch(plan, epoch, order);
      return [...order];
    };
    const inOrder = Array.from({ length: 50 }, (_, c) => c);
    expect(orderOf({}, 1)).toEqual(inOrder);
    const [first, second] = [orderOf({ batchSize: 10 }, 1), orderOf({ batchSize: 10 }, 2)];
    expect(first).not.toEqual(second);
    expect([...first].sort((a, b) => a - b)).toEqual(inOrder);
  });

  it("reads only the columns that it is given", () => {
    const all = someExamples(5, 40, 2, "floats");
    const columns = Uint32Array.from({ length: 20 }, (_, i) => 2 * i + 1);
    const chosen = {
      X: Float32Array.from({ length: 100 }, (_, i) => all.X[columns[Math.floor(i / 5)] * 5 + (i % 5)]),
      labels: Array.from(columns, (c) => all.labels[c]),
    };
    const [one, other] = [core.createNetwork({ layers: [5, 4, 2] }), core.createNetwork({ layers: [5, 4, 2] })];
    core.fit(one, { ...all, columns }, { epochs: 4 });
    core.fit(other, chosen, { epochs: 4 });
    expect(weightsSha256(one)).toBe(weightsSha256(other));
  });

  it("stops between shards when the signal says so, with the last whole step applied", () => {
    const examples = someExamples(4, 64, 2, "floats");
    const signal = { aborted: false };
    const stopped = core.createNetwork({ layers: [4, 3, 2] });
    let calls = 0;
    const result = core.fit(stopped, examples, {
      epochs: 5,
      signal,
      onProgress() {
        signal.aborted = ++calls === 20;
      },
    });
    const reference = core.createNetwork({ layers: [4, 3, 2] });
    core.fit(reference, examples, { epochs: 2 });
    expect(result).toMatchObject({ steps: 2, completed: false });
    expect(weightsSha256(stopped)).toBe(weightsSha256(reference));
  });
});

describe("core.fit refuses, naming what is wrong,", () => {
  const good = someExamples(4, 6, 2, "floats");
  const cases: readonly [
    what: string,
    examples: Partial<core.Examples>,
    options: Partial<core.FitOptions>,
    message: RegExp,
  ][] = [
    ["no epochs", {}, { epochs: 0 }, /^epochs: expected a whole number from 1 to \d+, found 0;/],
    ["half a batch", {}, { batchSize: 2.5 }, /^batchSize: .*found 2.5;/],
    ["a learning rate that is none", {}, { learningRate: Number.NaN }, /^learningRate: .*found NaN;/],
    ["a negative learning rate", {}, { learningRate: -1 }, /^learningRate: .*found -1;/],
    [
      "a learning rate beyond f32",
      {},
      { learningRate: 1e39 },
      /^learningRate: .*that fits a 32-bit float, found 1e\+39;/,
    ],
    ["a learning rate that is 0 in f32", {}, { learningRate: 1e-50 }, /^learningRate: .*found 1e-50;/],
    ["a scale that is none", { scale: Number.POSITIVE_INFINITY }, {}, /^scale: expected .* above 0 .*found Infinity;/],
    ["a negative scale", { scale: -1 }, {}, /^scale: .*found -1;/],
    ["no shards", {}, { shards: 0 }, /^shards: .*found 0;/],
    [
      "an unknown kernel",
      {},
      { kernels: "fast" as "plain" },
      /^kernels: expected one of auto, plain, simd128, simd256, found "fast";/,
    ],
    [
      "a column cut short",
      { X: new Float32Array(23) },
      {},
      /^X: expected one or more columns of 4 features, found 23 numbers;/,
    ],
    [
      "a NaN among the features",
      { X: Float32Array.from({ length: 24 }, (_, i) => (i === 9 ? Number.NaN : 0)) },
      {},
      /^X, column 2, feature 1: expected a finite number, found NaN;/,
    ],
    ["a label too few", { labels: [0, 1, 0, 1, 0] }, {}, /^labels: expected 6, .*found 5;/],
    [
      "a label that is no class",
      { labels: [0, 1, 0, 2, 0, 1] },
      {},
      /^labels\[3\]: expected a class from 0 to 1, found 2;/,
    ],
    ["a column that is not there", { columns: Uint32Array.of(0, 6) }, {}, /^columns\[1\]: .*from 0 to 5, found 6;/],
    ["no column at all", { columns: new Uint32Array(0) }, {}, /^columns: expected at least one column, found none;/],
  ];
  it.each(cases)("%s", (_, examples, options, message) => {
    const network = core.createNetwork({ layers: [4, 3, 2] });
    const before = weightsSha256(network);
    const attempt = (): unknown => core.fit(network, { ...good, ...examples }, { epochs: 1, ...options });
    expect(attempt).toThrow(core.InputError);
    expect(attempt).toThrow(message);
    expect(weightsSha256(network)).toBe(before);
  });

  it.each([[[784]], [[4, 0, 2]], [[4, 3, 1]], [[4, 2.5, 2]]])("layers %j", (layers) => {
    expect(() => core.createNetwork({ layers })).toThrow(core.InputError);
  });
});

describe("a weight that stops being finite", () => {
  it.each(["plain", "simd128", "simd256"] as const)("ends the run in that very step: %s", (kernels) => {
    const examples = {
      X: Float32Array.from({ length: 4 * 60 }, (_, i) => 1e4 * ((i % 7) - 3)),
      labels: oddAndEven(60),
    };
    const network = core.createNetwork({ layers: [4, 3, 2] });
    let found: unknown;
    try {
      core.fit(network, examples, { epochs: 3, batchSize: 20, learningRate: 3e38, kernels });
    } catch (error) {
      found = error;
    }
    expect(found).toBeInstanceOf(core.DivergenceError);
    expect(found).toMatchObject({ epoch: 1, step: 1, message: expect.stringContaining("a weight became infinite") });
  });
});

const oddAndEven = (m: number): number[] => Array.from({ length: m }, (_, c) => c % 2);
