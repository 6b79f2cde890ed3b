import * as core from "@scratch-nn/core";
import { KERNEL_NAMES, randomStream } from "@scratch-nn/core/engine";
import * as parallel from "@scratch-nn/parallel";
import { describe, expect, it } from "vitest";
import { weightsSha256 } from "../support/digest.ts";
import { someExamples } from "../support/examples.ts";
import { whenBegun } from "../support/when-begun.ts";

const WORKERS = [1, 2, 3, 4, 5, 8, 16];

interface Job {
  readonly name: string;
  readonly layers: readonly number[];
  readonly m: number;
  readonly type: "bytes" | "floats";
  readonly options: core.FitOptions;
}

const JOBS: readonly Job[] = [
  {
    name: "the notes' network, full batch, odd m",
    layers: [784, 10, 10],
    m: 1001,
    type: "bytes",
    options: { epochs: 3 },
  },
  {
    name: "mini-batches, two hidden layers",
    layers: [37, 19, 17, 5],
    m: 203,
    type: "floats",
    options: { epochs: 2, batchSize: 32 },
  },
  { name: "fewer columns than shards", layers: [13, 7, 3], m: 5, type: "floats", options: { epochs: 4 } },
  { name: "a prime number of shards", layers: [30, 20, 4], m: 211, type: "bytes", options: { epochs: 3, shards: 13 } },
  { name: "one column", layers: [3, 2, 2], m: 1, type: "floats", options: { epochs: 2, batchSize: 7 } },
  { name: "one shard", layers: [9, 5, 2], m: 64, type: "floats", options: { epochs: 2, shards: 1 } },
];

describe.each(JOBS)("$name", ({ layers, m, type, options }) => {
  const examples = someExamples(layers[0], m, layers.at(-1)!, type);
  const alone = core.createNetwork({ layers, seed: 11 });
  const expected = core.fit(alone, examples, options);

  it.each(WORKERS)("%i workers end in the bits and figures of one thread", async (workers) => {
    const network = core.createNetwork({ layers, seed: 11 });
    // As many threads as workers, whatever the machine: they take turns on its cores.
    const begun = whenBegun(parallel.activeWorkers({ workers, cores: 16 }, options.shards ?? 8) - 1);
    const onEpoch = ({ epoch }: core.EpochReport) => (epoch === 1 ? begun() : undefined);
    const result = await parallel.fit(network, examples, { ...options, workers, cores: 16, onEpoch });
    expect(weightsSha256(network)).toBe(weightsSha256(alone));
    expect(result).toEqual(expected);
  });
});

describe("who updates, and how many threads are at work, changes no bit:", () => {
  const layers = [90, 40, 18, 5];
  const examples = someExamples(90, 900, 5, "bytes");
  const options = { epochs: 2, batchSize: 100 };
  const alone = core.createNetwork({ layers });
  const expected = core.fit(alone, examples, options);
  const random = randomStream(1, 1);
  const atWork = {
    found: undefined,
    "all of them": 16,
    two: 2,
    one: 1,
    "another number every step": (step: number) => 1 + random.below(16, step),
  };

  for (const kernels of KERNEL_NAMES) {
    for (const update of ["main", "slices"] as const) {
      it.each(Object.entries(atWork))(`${kernels}, ${update}, %s at work`, async (_, threadsAtWork) => {
        for (const workers of [2, 7]) {
          const network = core.createNetwork({ layers });
          const threads = { workers, cores: 16, update, ...(threadsAtWork === undefined ? {} : { threadsAtWork }) };
          const begun = whenBegun(workers - 1);
          const onEpoch = ({ epoch }: core.EpochReport) => (epoch === 1 ? begun() : undefined);
          const result = await parallel.fit(network, examples, { ...options, ...threads, kernels, onEpoch });
          expect(result).toEqual(expected);
          expect(weightsSha256(network)).toBe(weightsSha256(alone));
        }
      });
    }
  }
});

describe("parallel.fit", () => {
  const layers = [50, 12, 4];
  const examples = someExamples(50, 700, 4, "bytes");

  it("gives the same bits twice with three workers", async () => {
    const run = async (): Promise<string> => {
      const network = core.createNetwork({ layers, seed: 1 });
      await parallel.fit(network, examples, { epochs: 5, batchSize: 64, workers: 3, cores: 3 });
      return weightsSha256(network);
    };
    expect(await run()).toBe(await run());
  });

  it("goes on from the parameters it is given, as core.fit does", async () => {
    const [one, other] = [core.createNetwork({ layers }), core.createNetwork({ layers })];
    core.fit(one, examples, { epochs: 4 });
    await parallel.fit(other, examples, { epochs: 2, workers: 2 });
    await parallel.fit(other, examples, { epochs: 2, workers: 2 });
    expect(weightsSha256(other)).toBe(weightsSha256(one));
  });

  it("goes on from any step of an epoch, on other numbers of workers", async () => {
    const options = { epochs: 3, batchSize: 200 };
    const kept: { from: core.TrainingPosition; parameters: Float32Array }[] = [];
    const whole = core.createNetwork({ layers });
    const reports = core.fit(whole, examples, {
      ...options,
      checkpoints: {
        areDue: () => true,
        take: (from, { parameters }) => kept.push({ from, parameters: parameters.slice() }),
      },
    }).epochs;
    expect(kept.map(({ from }) => from.batch)).toEqual([1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0]);
    for (const [step, { from, parameters }] of kept.entries()) {
      const network = core.networkOf(layers, "relu", parameters);
      const workers = 1 + (step % 3);
      const result = await parallel.fit(network, examples, { ...options, from, workers, cores: 3 });
      expect(result.epochs).toEqual(reports);
      expect(weightsSha256(network), `from step ${from.steps} on`).toBe(weightsSha256(whole));
    }
  });

  it("evaluates to the figures of one thread", async () => {
    const network = core.createNetwork({ layers });
    expect(await parallel.evaluate(network, examples, { workers: 3, cores: 3 })).toEqual(
      core.evaluate(network, examples),
    );
  });

  it("starts no more threads than cores or shards", () => {
    expect(parallel.activeWorkers({ workers: 8, cores: 2 }, 8)).toBe(2);
    expect(parallel.activeWorkers({ workers: 8, cores: 16 }, 3)).toBe(3);
    expect(parallel.activeWorkers({ workers: 3, cores: 16 }, 8)).toBe(3);
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses %d workers", async (workers) => {
    const network = core.createNetwork({ layers });
    await expect(parallel.fit(network, examples, { epochs: 1, workers })).rejects.toThrow(
      /^workers: expected a whole number from 1/,
    );
  });
});
