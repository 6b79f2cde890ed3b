import * as core from "@scratch-nn/core";
import { randomStream } from "@scratch-nn/core/engine";
import * as parallel from "@scratch-nn/parallel";
import { describe, expect, it } from "vitest";
import { weightsSha256 } from "../support/digest.ts";
import { someExamples } from "../support/examples.ts";
import { AT_WORK, fewestThreadsOnUnits, JOBS, sameBitsAs, UNIT_JOBS } from "../support/same-bits.ts";

const EVERY_STEP = "another number every step";

// same-bits.long.test.ts tests more numbers of workers, and all kernels.
describe.each(JOBS)("$name", (job) => {
  const endsInThem = sameBitsAs(job);

  it.each([3, 8])("%i workers end in the bits and figures of one thread", (workers) => endsInThem({ workers }));

  it("whoever updates, and another number of threads at work in every step", async () => {
    const { [EVERY_STEP]: atWork } = AT_WORK;
    for (const update of ["main", "slices"] as const) await endsInThem({ workers: 4, update, ...atWork });
    const units = { workers: 4, update: "units", ...atWork } as const;
    if (fewestThreadsOnUnits(job, units) !== undefined) await endsInThem(units);
  });
});

describe.each(UNIT_JOBS)("cut by units: $name", ({ update, inQuick, ...job }) => {
  const [workers, fewest] = update === "units" ? [3, 2] : [4, 4];
  const endsInThem = sameBitsAs(job);

  it("steps end in the bits and figures of one thread, whether cut by units or by columns", async () => {
    expect(fewestThreadsOnUnits(job, { workers, update })).toBe(fewest);
    const random = randomStream(7, 7);
    const threadsAtWork = (step: number): number => 1 + random.below(workers, step);
    const byUnits = new Set<number>();
    const byColumns = new Set<number>();
    const onSpans = (spans: readonly parallel.Span[]): void => {
      for (const { kind, step, first } of spans) {
        if (kind === "task") (first === undefined ? byUnits : byColumns).add(step);
      }
    };
    await endsInThem({ workers, update, threadsAtWork, onSpans });
    for (const step of byUnits) expect(threadsAtWork(step - 1)).toBeGreaterThanOrEqual(fewest);
    for (const step of byColumns) expect(threadsAtWork(step - 1)).toBeLessThan(fewest);
    expect(Math.min(byUnits.size, byColumns.size)).toBeGreaterThan(1);
  });

  for (const atWork of inQuick) {
    it(`threads at work: ${atWork}`, async () => {
      const kernels = "simd128";
      expect(fewestThreadsOnUnits(job, { workers, update, kernels })).toBe(fewest);
      await endsInThem({ workers, update, kernels, ...AT_WORK[atWork] });
    });
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
