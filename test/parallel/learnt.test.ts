import { Worker } from "node:worker_threads";
import * as core from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import { describe, expect, it } from "vitest";
import { weightsSha256 } from "../support/digest.ts";
import { someExamples } from "../support/examples.ts";

const layers = [400, 32, 10];
const examples = someExamples(400, 4000, 10, "bytes");
const batchSize = 500;

/** A failure that ends a run, some time after its first epoch. */
interface End {
  readonly options: Partial<parallel.ParallelFitOptions>;
  readonly message: RegExp;
}

function callbackThrows(): End {
  return {
    options: {
      onEpoch({ epoch }) {
        if (epoch === 3) throw new Error("enough");
      },
    },
    message: /^enough$/,
  };
}

/** The callback throws in the middle of main's own tasks. */
function mainThrowsInAStep(): End {
  return {
    options: {
      kernels: "plain",
      onProgress({ epoch, examples: done }) {
        if (epoch >= 3 && done > 0) throw new Error("main fails");
      },
    },
    message: /^main fails$/,
  };
}

/** A worker that starts only when main is in its third epoch, and then fails. */
function moduleFails(): End {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const code = `
    const { workerData } = require("node:worker_threads");
    Atomics.wait(workerData, 0, 0);
    throw new Error("not to be loaded");`;
  return {
    options: {
      workerUrl: () => new Worker(code, { eval: true, workerData: gate }),
      onEpoch({ epoch }) {
        if (epoch !== 3) return;
        Atomics.store(gate, 0, 1);
        Atomics.notify(gate, 0);
      },
    },
    message: /not to be loaded/,
  };
}

/** Threads that repeatedly end before they have run anything. */
function noWorkerComesUp(): End {
  return { options: { workerUrl: () => new Worker("", { eval: true }) }, message: /without a sign of life/ };
}

async function endedBy({ options, message }: End) {
  const network = core.createNetwork({ layers });
  const kept: { steps: number; sha256: string }[] = [];
  const run = parallel.fit(network, examples, {
    epochs: 1_000_000,
    batchSize,
    workers: 3,
    cores: 3,
    checkpoints: {
      areDue: () => false,
      take: ({ steps }, now) => kept.push({ steps, sha256: weightsSha256(now) }),
    },
    ...options,
  });
  await expect(run).rejects.toThrow(message);
  return { kept, sha256: weightsSha256(network) };
}

describe("what ends a run after its first epoch leaves the last whole step, in the network and in a checkpoint", () => {
  it.each([
    ["a callback that throws", callbackThrows],
    ["main's own task that throws", mainThrowsInAStep],
    ["a workers' module that fails", moduleFails],
    ["workers that never come up", noWorkerComesUp],
  ])("%s", async (_, end) => {
    const { kept, sha256 } = await endedBy(end());
    expect(kept).toHaveLength(1);
    const [{ steps }] = kept;
    expect(steps).toBeGreaterThan(0);
    const reference = core.createNetwork({ layers });
    const enough = new AbortController();
    core.fit(reference, examples, {
      epochs: 1_000_000,
      batchSize,
      signal: enough.signal,
      checkpoints: {
        areDue(epoch, batch) {
          if ((epoch - 1) * (4000 / batchSize) + batch === steps) enough.abort();
          return false;
        },
        take() {},
      },
    });
    expect(kept[0].sha256).toBe(sha256);
    expect(sha256).toBe(weightsSha256(reference));
  });

  it("is not kept where the run diverges: it is of no use", async () => {
    const { kept } = await endedBy({ options: { learningRate: 1e30 }, message: /^the loss became/ });
    expect(kept).toEqual([]);
  });

  it("is the same in core's fit", () => {
    const network = core.createNetwork({ layers });
    const kept: string[] = [];
    const fit = () =>
      core.fit(network, examples, {
        epochs: 9,
        onEpoch({ epoch }) {
          if (epoch === 3) throw new Error("enough");
        },
        checkpoints: { areDue: () => false, take: ({ steps }, now) => kept.push(`${steps} ${weightsSha256(now)}`) },
      });
    expect(fit).toThrow("enough");
    expect(kept).toEqual([`3 ${weightsSha256(network)}`]);
  });
});
