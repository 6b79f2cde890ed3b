import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Worker } from "node:worker_threads";
import * as core from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import { describe, expect, it, onTestFinished } from "vitest";
import { weightsSha256 } from "../support/digest.ts";
import { someExamples } from "../support/examples.ts";

const layers = [400, 32, 10];
const examples = someExamples(400, 4000, 10, "bytes");
/** Main, and two workers. */
const forLong = { epochs: 1_000_000, workers: 3, cores: 3 };

/** Collects the threads that are started from now on. */
function watchThreads(): Worker[] {
  const threads: Worker[] = [];
  const watch = (worker: Worker): unknown => threads.push(worker);
  process.on("worker", watch);
  onTestFinished(() => {
    process.off("worker", watch);
  });
  return threads;
}

describe("a worker that dies", () => {
  it.each([1, 2])(
    "fails the run with an error that names it (worker %i), and leaves the network alone",
    async (victim) => {
      const threads = watchThreads();
      const network = core.createNetwork({ layers });
      const before = weightsSha256(network);
      let epochs = 0;
      const run = parallel.fit(network, examples, {
        ...forLong,
        onEpoch() {
          if (++epochs === 3) void threads[victim - 1].terminate();
        },
      });
      await expect(run).rejects.toThrow(new RegExp(`^worker ${victim} stopped in the middle of its work`));
      await expect(run).rejects.toBeInstanceOf(parallel.WorkerError);
      expect(weightsSha256(network)).toBe(before);
      expect(threads).toHaveLength(2);
    },
  );

  it("leaves no thread behind", async () => {
    const threads = watchThreads();
    const exits: Promise<unknown>[] = [];
    const run = parallel.fit(core.createNetwork({ layers }), examples, {
      ...forLong,
      onEpoch() {
        if (exits.length > 0) return;
        for (const thread of threads) exits.push(new Promise((resolve) => thread.once("exit", resolve)));
        void threads[1].terminate();
      },
    });
    await expect(run).rejects.toThrow(parallel.WorkerError);
    await Promise.all(exits);
  });
});

describe("a worker that throws", () => {
  it("fails the run with its own message, not a hang", async () => {
    // A saboteur loaded into every thread makes the worker's arithmetic throw at its 50th tile.
    const support = (name: string): string => fileURLToPath(new URL(`../support/${name}`, import.meta.url));
    const child = spawn(process.execPath, ["--import", support("saboteur.ts"), support("fit-and-report.ts")]);
    let output = "";
    child.stdout.on("data", (text) => {
      output += text;
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect(JSON.parse(output)).toEqual({
      name: "WorkerError",
      message: expect.stringMatching(/^worker \d failed: sabotage$/),
      cause: "RangeError",
    });
    expect(code).toBe(0);
  });
});

describe("a callback that throws", () => {
  it("ends the run with its error", async () => {
    const run = parallel.fit(core.createNetwork({ layers }), examples, {
      ...forLong,
      onEpoch() {
        throw new Error("enough");
      },
    });
    await expect(run).rejects.toThrow("enough");
  });
});

describe("the event loop", () => {
  it("has many turns within one full-batch step", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    onTestFinished(() => clearInterval(timer));
    const big = someExamples(400, 40_000, 10, "bytes");
    const turnsByEpoch: number[] = [];
    await parallel.fit(core.createNetwork({ layers }), big, {
      epochs: 2,
      workers: 2,
      cores: 2,
      // The slowest there are: the step is to be long.
      kernels: "plain",
      onEpoch() {
        turnsByEpoch.push(turns);
        turns = 0;
      },
    });
    for (const count of turnsByEpoch) expect(count).toBeGreaterThan(5);
  });

  it("brings an abort in the middle of a step, and the last whole step stays", async () => {
    const controller = new AbortController();
    const stopped = core.createNetwork({ layers });
    const result = await parallel.fit(stopped, examples, {
      ...forLong,
      kernels: "plain",
      signal: controller.signal,
      onProgress({ epoch, examples: done }) {
        if (epoch >= 3 && done > 0 && done < 4000) controller.abort();
      },
    });
    const reference = core.createNetwork({ layers });
    core.fit(reference, examples, { epochs: result.steps });
    expect(result.completed).toBe(false);
    expect(result.steps).toBeGreaterThanOrEqual(2);
    expect(weightsSha256(stopped)).toBe(weightsSha256(reference));
  });
});
