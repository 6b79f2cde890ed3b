import type { Worker } from "node:worker_threads";
import * as core from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import { describe, expect, it, onTestFinished } from "vitest";
import { someExamples } from "../support/examples.ts";
import { whenBegun } from "../support/when-begun.ts";

const LAYERS = [30, 20, 4];
const all = someExamples(30, 700, 4, "bytes");
const columns = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const examples = { ...all, columns: columns(0, 500) };
const OPTIONS = { epochs: 8, batchSize: 120, learningRate: 0.5 } as const;

const JOBS: Readonly<Record<string, Partial<core.FitOptions>>> = {
  "the best epoch, of other columns": { validation: { ...all, columns: columns(500, 700) }, keep: "best" },
  "early stopping and a plateau, of floats beside bytes": {
    validation: someExamples(30, 90, 4, "floats"),
    keep: "best",
    epochs: 30,
    earlyStopping: { patience: 4 },
    schedule: { name: "plateau", patience: 2, factor: 0.5 },
  },
  "a mean, of fewer columns than shards, with dropout": {
    dropout: { rate: 0.3, schedule: "flat-cosine" },
    validation: { ...all, columns: [699, 3, 3] },
    averageFrom: 0.4,
    schedule: { name: "one-cycle" },
  },
  "a plateau of the training's loss, and a mean": {
    learningRate: 3,
    averageFrom: 0.4,
    schedule: { name: "plateau", patience: 1 },
  },
};

describe.each(Object.entries(JOBS))("%s", (_, job) => {
  const options = { ...OPTIONS, ...job };
  const alone = core.createNetwork({ layers: LAYERS });
  const kept: { from: core.TrainingPosition; parameters: Float32Array }[] = [];
  const expected = core.fit(alone, examples, {
    ...options,
    checkpoints: {
      areDue: () => true,
      take: (from, { parameters }) => kept.push({ from, parameters: parameters.slice() }),
    },
  });

  it.each([1, 2, 5])("has the figures and ends in the bits of one thread with %i", async (workers) => {
    for (const update of ["main", "slices"] as const) {
      for (const threadsAtWork of [workers, (step: number) => 1 + (step % workers)]) {
        const network = core.createNetwork({ layers: LAYERS });
        const begun = whenBegun(workers - 1);
        const onEpoch = ({ epoch }: core.EpochReport) => (epoch === 1 ? begun() : undefined);
        const threads = { workers, cores: workers, threadsAtWork, update, onEpoch };
        expect(await parallel.fit(network, examples, { ...options, ...threads })).toEqual(expected);
        expect(network.parameters).toEqual(alone.parameters);
      }
    }
  });

  it("goes on from the end of every epoch on other numbers of threads", async () => {
    const ends = kept.filter(({ from }) => from.batch === 0);
    for (const [i, { from, parameters }] of ends.entries()) {
      const network = core.networkOf(LAYERS, "relu", parameters);
      const workers = 1 + (i % 3);
      expect(await parallel.fit(network, examples, { ...options, from, workers, cores: 3 })).toEqual(expected);
      expect(network.parameters).toEqual(alone.parameters);
    }
  });
});

/** Waits for this many turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** The epochs of a run that loses a worker. */
const EPOCHS = 20;

describe("a validation on several threads", () => {
  const large = { ...someExamples(30, 40_000, 4, "floats"), columns: columns(0, 200) };
  const options = { epochs: 6, learningRate: 0.5, validation: { ...large, columns: columns(0, 40_000) } };
  const threads = { workers: 3, cores: 3, threadsAtWork: 3 };
  const alone = core.createNetwork({ layers: LAYERS });
  const expected = core.fit(alone, large, options);

  it("is shared by them, and the event loop goes on meanwhile", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    onTestFinished(() => clearInterval(timer));
    const begun = whenBegun(2);
    const network = core.createNetwork({ layers: LAYERS });
    const result = await parallel.fit(network, large, {
      ...options,
      epochs: 20,
      ...threads,
      onEpoch: ({ epoch }) => (epoch === 1 ? begun() : undefined),
      onProfile: (profiles) => {
        // Nearly all of the work is validation, so a thread with forward passes has validated.
        for (const { forward } of profiles) expect(forward).toBeGreaterThan(0);
      },
    });
    expect(result.epochs.slice(0, 6)).toEqual(expected.epochs);
    expect(turns).toBeGreaterThan(3);
  });

  it.each(["bytes", "floats"] as const)("reads %s in memory of their own", async (type) => {
    const other = type === "bytes" ? "floats" : "bytes";
    const few = someExamples(30, 100, 4, other);
    const begun = whenBegun(2);
    const looks = { epochs: 5, validation: someExamples(30, 30_000, 4, type, 3) };
    const result = await parallel.fit(core.createNetwork({ layers: LAYERS }), few, {
      ...looks,
      ...threads,
      onEpoch: ({ epoch }) => (epoch === 1 ? begun() : undefined),
    });
    expect(result).toEqual(core.fit(core.createNetwork({ layers: LAYERS }), few, looks));
  });

  it("is done again when a worker dies in the middle of it", async () => {
    const started: Worker[] = [];
    const watch = (worker: Worker): unknown => started.push(worker);
    process.on("worker", watch);
    onTestFinished(() => {
      process.off("worker", watch);
    });
    const network = core.createNetwork({ layers: LAYERS });
    const retries: parallel.Retry[] = [];
    const begun = whenBegun(2);
    const gone = new Promise((resolve) => {
      process.once("worker", (worker: Worker) => worker.once("exit", resolve));
    });
    // Nearly all of the time is spent on validation, so it runs some turns of the event loop later.
    const killLater = async ({ epoch }: core.EpochReport): Promise<void> => {
      if (epoch === 1) {
        await begun();
        void turns(3).then(() => started[0].terminate());
      }
      // Waits for the worker's end: a run that ends before would have nothing to repeat.
      if (epoch === EPOCHS / 2) await gone;
    };
    const result = await parallel.fit(network, large, {
      ...options,
      epochs: EPOCHS,
      ...threads,
      averageFrom: 0.1,
      onEpoch: killLater,
      onRetry: (retry) => retries.push(retry),
    });
    const reference = core.createNetwork({ layers: LAYERS });
    expect(core.fit(reference, large, { ...options, epochs: EPOCHS, averageFrom: 0.1 })).toEqual(result);
    expect(network.parameters).toEqual(reference.parameters);
    expect(retries.length).toBeGreaterThan(0);
  });

  it("that the signal ends leaves the network at the last step, and is done first when the run goes on", async () => {
    for (const averageFrom of [undefined, 0]) {
      const mean = averageFrom === undefined ? {} : { averageFrom };
      const network = core.createNetwork({ layers: LAYERS });
      const signal = { aborted: false };
      const stopped = parallel.fit(network, large, {
        ...options,
        ...mean,
        ...threads,
        epochs: 1000,
        signal,
        onEpoch({ epoch }) {
          if (epoch !== 3) return;
          void turns(3).then(() => {
            signal.aborted = true;
          });
        },
      });
      const { position } = await stopped;
      const epochs = position.epoch + 1;
      const reference = core.createNetwork({ layers: LAYERS });
      const whole = core.fit(reference, large, { ...options, ...mean, epochs });
      expect(await parallel.fit(network, large, { ...options, ...mean, epochs, from: position })).toEqual(whole);
      expect(network.parameters).toEqual(reference.parameters);
    }
  });

  it("leaves a checkpoint of the last step where no thread can go on", async () => {
    const network = core.createNetwork({ layers: LAYERS });
    const kept: { from: core.TrainingPosition; parameters: Float32Array }[] = [];
    const attempt = parallel.fit(network, large, {
      ...options,
      averageFrom: 0,
      ...threads,
      checkpoints: {
        areDue: () => false,
        take: (from, now) => kept.push({ from, parameters: now.parameters.slice() }),
      },
      onEpoch({ epoch }) {
        if (epoch === 3) throw new Error("no more");
      },
    });
    await expect(attempt).rejects.toThrow("no more");
    const [{ from, parameters }] = kept;
    const again = core.networkOf(LAYERS, "relu", parameters);
    expect(parameters).toEqual(network.parameters);
    const reference = core.createNetwork({ layers: LAYERS });
    const whole = core.fit(reference, large, { ...options, averageFrom: 0 });
    expect(core.fit(again, large, { ...options, averageFrom: 0, from })).toEqual(whole);
    expect(again.parameters).toEqual(reference.parameters);
  });
});
