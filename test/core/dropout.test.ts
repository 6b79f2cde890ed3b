import * as core from "@scratch-nn/core";
import {
  dropoutMasks,
  KERNEL_NAMES,
  type KernelName,
  kernelsNamed,
  makeWorkplace,
  PURPOSE,
  randomStream,
  streamKey,
  threefry,
} from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";
import { weightsSha256 } from "../support/digest.ts";
import { someExamples } from "../support/examples.ts";

/** Whether a unit is kept, by the documented definition. */
function isKept(seed: number, step: number, layer: number, unit: number, example: number, p: number): boolean {
  const words = new Int32Array(2);
  const [k0, k1] = streamKey(seed, PURPOSE.dropout, step, layer);
  threefry(k0, k1, example, 8 * Math.floor(unit / 16) + (unit % 8), words);
  const word = words[unit % 16 < 8 ? 0 : 1];
  return word + 2 ** 31 >= Math.round(p * 2 ** 32);
}

/** Applies a mask of one layer with these kernels. */
function applied(name: KernelName, units: number, columns: number, given: Float32Array, inPlace: boolean) {
  const { layout, bind } = kernelsNamed(name);
  const asFeatures = { units: 1, inputs: units, first: true, byLanes: false };
  const { arena, regions } = makeWorkplace(
    (at) => ({
      A: at.float32(Math.max(layout.columnsLength(units), layout.featuresLength(asFeatures))),
      out: at.float32(layout.columnsLength(units)),
      examples: at.uint32(256),
      order: at.uint32(256),
      scratch: at.uint8(layout.scratchBytes(asFeatures)),
    }),
    { shared: false },
  );
  const { A, out, examples, order } = regions;
  const kernels = bind(arena, regions.scratch, false);
  order.set(order.map((_, c) => c));
  kernels.gather({ X: given, scale: 1 }, { order, first: 0, count: columns }, A, asFeatures);
  for (let c = 0; c < columns; c++) examples[c] = 2 ** 32 - 1 - 1000 * c;
  const [, mask] = dropoutMasks({ rate: 0.3, schedule: "constant", seed: 9 }, 4, 10, [3, units, 2]);
  const to = inPlace ? A : out;
  kernels.dropUnits(mask, examples, A, to, columns);
  const result = new Float32Array(units * columns);
  layout.unpackColumns(to, units, columns, result);
  return result;
}

describe("the kernel of dropout", () => {
  it.each([
    [1, 1],
    [7, 3],
    [8, 4],
    [15, 5],
    [16, 1],
    [17, 255],
    [33, 256],
    [130, 19],
  ])(
    "drops what its definition says and multiplies the rest, in all kernels: %i units, %i columns",
    (units, columns) => {
      const stream = randomStream(5, units, columns);
      const wild = [Number.NaN, Number.POSITIVE_INFINITY, -0, 1e-40];
      const given = Float32Array.from({ length: units * columns }, (_, i) => wild[i % 23] ?? stream.normal(i));
      const factor = Math.fround(1 / 0.7);
      const expected = given.map((a, i) => {
        const example = 2 ** 32 - 1 - 1000 * Math.floor(i / units);
        return isKept(9, 4, 1, i % units, example, 0.3) ? Math.fround(a * factor) : 0;
      });
      for (const name of KERNEL_NAMES) {
        for (const inPlace of [false, true]) {
          const found = applied(name, units, columns, given, inPlace);
          const wrong = expected.findIndex((value, i) => !Object.is(value, found[i]));
          expect(wrong, `${name}, in place: ${inPlace}`).toBe(-1);
        }
      }
    },
  );
});

describe("masks", () => {
  const [UNITS, EXAMPLES] = [40, 5000];

  /** Whether each unit is kept, for each example. */
  function draw(p: number, step: number, layer: number, seed = 1): boolean[] {
    return Array.from({ length: UNITS * EXAMPLES }, (_, i) =>
      isKept(seed, step, layer, i % UNITS, Math.floor(i / UNITS), p),
    );
  }
  const count = (kept: readonly boolean[]): number => kept.filter(Boolean).length;
  const within = (found: number, n: number, p: number): void => {
    expect(Math.abs(found - n * p)).toBeLessThan(5 * Math.sqrt(n * p * (1 - p)));
  };

  it.each([0.01, 0.2, 0.5, 0.9])("drop a unit with probability %d, within 5 standard deviations", (p) => {
    const kept = draw(p, 3, 1);
    within(count(kept), UNITS * EXAMPLES, 1 - p);
    for (let u = 0; u < UNITS; u++) within(count(kept.filter((_, i) => i % UNITS === u)), EXAMPLES, 1 - p);
  });

  it("of neighbouring units, examples, steps, layers and seeds are independent of each other", () => {
    const kept = draw(0.5, 3, 1);
    const others = {
      unit: kept.map((_, i) => kept[i + 1] ?? false),
      half: kept.map((_, i) => kept[i + 8] ?? false),
      example: kept.map((_, i) => kept[i + UNITS] ?? false),
      step: draw(0.5, 4, 1),
      layer: draw(0.5, 3, 2),
      seed: draw(0.5, 3, 1, 2),
    };
    for (const other of Object.values(others)) within(count(kept.map((is, i) => is === other[i])), kept.length, 0.5);
  });

  it("follow the schedule: the rate times 1 for half of the steps, then along a cosine to 0", () => {
    const settings = { rate: 0.4, schedule: "flat-cosine", seed: 1 } as const;
    for (const [step, part] of [
      [1, 1],
      [500, 1],
      [750, 0.5],
      [1000, 0],
    ]) {
      const [, mask] = dropoutMasks(settings, step, 1000, [2, 3, 2]);
      const p = (mask.limit + 1 + 2 ** 31) / 2 ** 32;
      expect(Math.abs(p - 0.4 * part)).toBeLessThan(1e-3);
      expect(Math.abs(mask.factor - 1 / (1 - p))).toBeLessThan(1e-6);
    }
  });

  it("keep what they keep times the inverse of how likely that is, up to rates of almost 1", () => {
    for (const rate of [1e-12, 0.5, 0.999, 1 - 2 ** -24]) {
      const [, { limit, factor }] = dropoutMasks({ rate, schedule: "constant", seed: 1 }, 1, 1, [2, 3, 2]);
      expect(factor).toBe(Math.fround(1 / (1 - rate)));
      expect(limit).toBe(limit | 0);
      expect(limit).toBeLessThan(2 ** 31 - 1);
    }
  });
});

/** The gradient of a step with dropout, in float64. */
function gradientInFloat64(
  network: core.Network,
  X: Float32Array,
  examples: { readonly columns: readonly number[]; readonly labels: readonly number[] },
  { seed, p }: { readonly seed: number; readonly p: number },
): Float64Array {
  const { layers, W, b } = network;
  const L = layers.length - 1;
  const offsets = layers.map((_, l) => layers.slice(1, l).reduce((sum, n, i) => sum + n * layers[i] + n, 0));
  const gradient = new Float64Array(network.parameters.length);
  for (const column of examples.columns) {
    const A: number[][] = [Array.from({ length: layers[0] }, (_, k) => X[column * layers[0] + k])];
    const G: number[][] = [[]];
    const D: number[][] = [[]];
    for (let l = 1; l <= L; l++) {
      const Z = Array.from({ length: layers[l] }, (_, u) =>
        A[l - 1].reduce((sum, a, k) => sum + W[l][u * layers[l - 1] + k] * a, b[l][u]),
      );
      if (l === L) {
        const most = Math.max(...Z);
        const sum = Z.reduce((all, z) => all + Math.exp(z - most), 0);
        A.push(Z.map((z) => Math.exp(z - most) / sum));
        continue;
      }
      G.push(Z.map(Math.tanh));
      D.push(G[l].map((_, u) => (isKept(seed, 1, l, u, column, p) ? 1 / (1 - p) : 0)));
      A.push(G[l].map((g, u) => g * D[l][u]));
    }
    let dZ = A[L].map((a, k) => a - Number(k === examples.labels[column]));
    for (let l = L; l >= 1; l--) {
      for (let u = 0; u < layers[l]; u++) {
        for (let k = 0; k < layers[l - 1]; k++) gradient[offsets[l] + u * layers[l - 1] + k] += dZ[u] * A[l - 1][k];
        gradient[offsets[l] + layers[l] * layers[l - 1] + u] += dZ[u];
      }
      if (l === 1) break;
      dZ = G[l - 1].map((g, k) => {
        const dA = dZ.reduce((sum, e, u) => sum + e * W[l][u * layers[l - 1] + k], 0);
        return dA * D[l - 1][k] * (1 - g * g);
      });
    }
  }
  return gradient.map((sum) => sum / examples.columns.length);
}

const LAYERS = [6, 21, 18, 3];
const M = 60;

describe("a step with dropout", () => {
  const { X, labels } = someExamples(LAYERS[0], M, 3, "floats");
  const columns = [59, 3, 7, 40, 41, 42, 0, 11, 12, 30, 31];

  it.each([
    {},
    { shards: 1 },
    { shards: 5 },
    { batchSize: 64 },
    { kernels: "plain" },
    { kernels: "simd128" },
    { kernels: "simd256" },
  ] as Partial<core.FitOptions>[])("drops the same, whatever the shards, the order and the kernels: %o", (options) => {
    const network = core.createNetwork({ layers: LAYERS, activation: "tanh", seed: 2 });
    const before = network.parameters.slice();
    const exact = gradientInFloat64(network, X as Float32Array, { columns, labels: [...labels] }, { seed: 3, p: 0.4 });
    core.fit(
      network,
      { X, labels, columns: Uint32Array.from(columns) },
      { epochs: 1, learningRate: 1, seed: 3, dropout: { rate: 0.4 }, ...options },
    );
    for (const [i, w] of network.parameters.entries()) {
      expect(Math.abs(w - (before[i] - exact[i])), `parameter ${i}`).toBeLessThan(2e-6);
    }
  });

  it.each(core.ACTIVATIONS)("has the same bits in all kernels, on any shards' tiles: %s", (activation) => {
    const train = (kernels: core.KernelChoice): string => {
      const network = core.createNetwork({ layers: LAYERS, activation, seed: 2 });
      core.fit(network, { X, labels }, { epochs: 3, batchSize: 25, dropout: { rate: 0.3 }, kernels });
      return weightsSha256(network);
    };
    expect(new Set(KERNEL_NAMES.map(train)).size).toBe(1);
  });

  it("has the same bits for a batch of several tiles", () => {
    const many = someExamples(LAYERS[0], 700, 3, "bytes");
    const train = (kernels: core.KernelChoice): string => {
      const network = core.createNetwork({ layers: LAYERS, activation: "gelu" });
      core.fit(network, many, { epochs: 2, dropout: { rate: 0.5 }, shards: 2, kernels });
      return weightsSha256(network);
    };
    expect(new Set(KERNEL_NAMES.map(train)).size).toBe(1);
  });

  it("drops nothing where the rate is 0", () => {
    const train = (options: Partial<core.FitOptions>): string => {
      const network = core.createNetwork({ layers: LAYERS });
      core.fit(network, { X, labels }, { epochs: 2, ...options });
      return weightsSha256(network);
    };
    expect(train({ dropout: { rate: 0 } })).toBe(train({}));
    expect(train({ dropout: { rate: 0.1 } })).not.toBe(train({}));
    expect(train({ dropout: { rate: 0.1 } })).not.toBe(train({ dropout: { rate: 0.1 }, seed: 7 }));
    expect(train({ dropout: { rate: 0.1 } })).not.toBe(train({ dropout: { rate: 0.1, schedule: "flat-cosine" } }));
  });
});

describe("a run with dropout", () => {
  it("that goes on from any step ends in the bits of one that was never interrupted", () => {
    const examples = someExamples(LAYERS[0], 200, 3, "floats");
    const network = core.createNetwork({ layers: LAYERS });
    const options: core.FitOptions = {
      epochs: 3,
      batchSize: 64,
      optimizer: { name: "adamw" },
      dropout: { rate: 0.3, schedule: "flat-cosine" },
    };
    const kept: { from: core.TrainingPosition; parameters: Float32Array }[] = [];
    const expected = core.fit(network, examples, {
      ...options,
      checkpoints: { areDue: () => true, take: (from, now) => kept.push({ from, parameters: now.parameters.slice() }) },
    });
    expect(kept).toHaveLength(12);
    for (const { from, parameters } of kept) {
      const again = core.networkOf(LAYERS, "relu", parameters);
      expect(core.fit(again, examples, { ...options, from })).toEqual(expected);
      expect(again.parameters).toEqual(network.parameters);
    }
  });
});

describe("refused are", () => {
  it.each([
    [0.5, /^options.dropout: expected an object, found 0.5;/],
    [{}, /^dropout.rate: expected a number from 0 to below 1, .*found undefined; pass for example 0.2/],
    [{ rate: 1 }, /^dropout.rate: .*found 1;/],
    [{ rate: 1 - 1e-12 }, /^dropout.rate: .*found 0.999999999999;/],
    [{ rate: -0.1 }, /^dropout.rate: .*found -0.1;/],
    [{ rate: "0.1" }, /^dropout.rate: .*found "0.1";/],
    [{ rate: Number.NaN }, /^dropout.rate: .*found NaN;/],
    [{ rate: 0.1, schedule: "cosine" }, /^dropout.schedule: expected one of constant, flat-cosine, found "cosine";/],
    [{ rate: 0.1, seed: 3 }, /^options.dropout.seed: expected no options but rate, schedule/],
  ])("%o", (dropout, message) => {
    const network = core.createNetwork({ layers: LAYERS });
    const attempt = () =>
      core.fit(network, someExamples(LAYERS[0], 5, 3, "floats"), { epochs: 1, dropout: dropout as never });
    expect(attempt).toThrow(core.InputError);
    expect(attempt).toThrow(message);
  });
});

describe("exclusive or", () => {
  const RATES = { "gradient-descent": 0.5, momentum: 0.05, nesterov: 0.05, rmsprop: 0.01, adam: 0.01, adamw: 0.01 };

  it.each(core.OPTIMIZERS)("is learnt with dropout and a gradient that is clipped: %s", (name) => {
    const network = core.createNetwork({ layers: [2, 32, 2], init: "lecun", zeroOutput: true, seed: 4 });
    const examples = { X: Float32Array.from([0, 0, 0, 1, 1, 0, 1, 1]), labels: [0, 1, 1, 0] };
    core.fit(network, examples, {
      epochs: 1500,
      optimizer: { name },
      learningRate: RATES[name],
      dropout: { rate: 0.1, schedule: "flat-cosine" },
      clipNorm: 1,
    });
    const { loss, accuracy } = core.evaluate(network, examples);
    expect(accuracy).toBe(1);
    expect(loss).toBeLessThan(0.05);
  });
});
