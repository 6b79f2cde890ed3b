import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import * as core from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import { describe, expect, it } from "vitest";
import { weightsSha256 } from "../support/digest.ts";
import { someExamples } from "../support/examples.ts";
import { whenBegun } from "../support/when-begun.ts";

const layers = [400, 32, 10];
const examples = someExamples(400, 4000, 10, "bytes");
const FILE = fileURLToPath(new URL("../../packages/parallel/src/threads/shard-worker.ts", import.meta.url));
const FOUR = { workers: 4, cores: 4 };
const epochs = 20;

const reference = core.createNetwork({ layers });
core.fit(reference, examples, { epochs });

/** Node's error if the system refuses a thread. */
function refusal(): Error {
  return Object.assign(new Error("Worker initialization failure: EAGAIN"), { code: "ERR_WORKER_INIT_FAILED" });
}

/** Starts workers, and replaces some of them. */
function starter(instead: (start: number) => Worker | undefined): { start: () => Worker; starts: () => number } {
  let starts = 0;
  return { start: () => instead(++starts) ?? new Worker(FILE), starts: () => starts };
}

const refusing = (...numbers: number[]) =>
  starter((start) => {
    if (numbers.includes(start)) throw refusal();
    return undefined;
  });

/** A thread that runs out of memory before it has started. */
const starving = (number: number) =>
  starter((start) => {
    if (start !== number) return undefined;
    const hoard = "const hoard = []; for (;;) hoard.push(new Array(1e5).fill(0.5));";
    return new Worker(hoard, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 16 } });
  });

async function ended(thread: Worker): Promise<void> {
  await new Promise((resolve) => {
    thread.once("exit", resolve);
    void thread.terminate();
  });
}

async function trained(options: Partial<parallel.ParallelFitOptions>) {
  const network = core.createNetwork({ layers });
  const shortages: parallel.Shortage[] = [];
  const retries: parallel.Retry[] = [];
  const result = await parallel.fit(network, examples, {
    ...FOUR,
    epochs,
    onShortage: (shortage) => shortages.push(shortage),
    onRetry: (retry) => retries.push(retry),
    ...options,
  });
  return { steps: result.steps, sha256: weightsSha256(network), shortages, retries };
}

const whole = { steps: epochs, sha256: weightsSha256(reference) };

describe("threads that the system refuses", () => {
  it("leave the others to do the run, which is told once", async () => {
    const { start, starts } = refusing(2, 3);
    expect(await trained({ workerUrl: start })).toEqual({
      ...whole,
      shortages: [
        { threads: 2, wanted: 4, reason: expect.stringMatching(/^worker 2 could not be started: .*EAGAIN.*ulimit -u/) },
      ],
      retries: [],
    });
    // A third one is not started, since it would have had no memory either.
    expect(starts()).toBe(2);
  });

  it("leave main alone to do it, where none is started", async () => {
    expect(await trained({ workerUrl: refusing(1).start })).toEqual({
      ...whole,
      shortages: [{ threads: 1, wanted: 4, reason: expect.stringMatching(/^worker 1 could not be started: .*EAGAIN/) }],
      retries: [],
    });
  });

  it("are no fault of the module where Node says so after it has begun them", async () => {
    expect(await trained({ workerUrl: starving(2).start })).toEqual({
      ...whole,
      shortages: [{ threads: 3, wanted: 4, reason: expect.stringMatching(/^worker 2 could not be started: .*memory/) }],
      retries: [],
    });
  });

  it("are not replaced when the next one is refused: a lost one's work is done by the others", async () => {
    const threads: Worker[] = [];
    const begun = whenBegun(3);
    const { start } = refusing(4);
    const found = await trained({
      workerUrl: () => {
        const thread = start();
        threads.push(thread);
        return thread;
      },
      onEpoch: async ({ epoch }) => {
        if (epoch !== 3) return;
        await begun();
        await ended(threads[0]);
      },
    });
    expect(found).toEqual({
      ...whole,
      shortages: [{ threads: 3, wanted: 4, reason: expect.stringMatching(/^worker 1 could not be started: .*EAGAIN/) }],
      retries: [],
    });
  });
});

describe("a module that is gone in the middle of a run", () => {
  it("leaves the threads that are there, and all that was learnt", async () => {
    const begun = whenBegun(3);
    const threads: Worker[] = [];
    const found = await trained({
      workerUrl: () => {
        const thread = new Worker(threads.length < 3 ? FILE : "/nowhere/worker.js");
        threads.push(thread);
        return thread;
      },
      onEpoch: async ({ epoch }) => {
        if (epoch !== 3) return;
        await begun();
        await ended(threads[1]);
      },
    });
    expect(found).toMatchObject(whole);
    expect(found.shortages).toEqual([
      { threads: 3, wanted: 4, reason: expect.stringMatching(/^worker 2 could not be started: .*nowhere/) },
    ]);
  });
});

describe("threads that do not come up", () => {
  it("are no failure of a run that is aborted in the middle of a step meanwhile", async () => {
    const controller = new AbortController();
    const hangs = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)";
    const network = core.createNetwork({ layers });
    const { completed, steps } = await parallel.fit(network, examples, {
      ...FOUR,
      epochs: 1_000_000,
      kernels: "plain",
      signal: controller.signal,
      workerUrl: () => new Worker(hangs, { eval: true }),
      onProgress({ epoch, examples: done }) {
        if (epoch >= 2 && done > 0 && done < 4000) controller.abort();
      },
    });
    const alone = core.createNetwork({ layers });
    core.fit(alone, examples, { epochs: steps });
    expect([completed, weightsSha256(network)]).toEqual([false, weightsSha256(alone)]);
  });
});

describe("evaluation", () => {
  const wide = core.createNetwork({ layers: [400, 1000, 10] });
  const many = someExamples(400, 12_000, 10, "bytes");

  it.each([
    ["some are refused", refusing(2), 2],
    ["all are refused", refusing(1), 1],
  ])("gives its figures where threads are refused: %s", async (_, { start }, threads) => {
    const shortages: parallel.Shortage[] = [];
    const found = await parallel.evaluate(wide, many, {
      ...FOUR,
      workerUrl: start,
      onShortage: (shortage) => shortages.push(shortage),
    });
    expect(found).toEqual(core.evaluate(wide, many));
    expect(shortages).toEqual([{ threads, wanted: 4, reason: expect.stringContaining("EAGAIN") }]);
  });

  it("gives its figures where a thread has no room once it is begun", async () => {
    expect(await parallel.evaluate(wide, many, { ...FOUR, workerUrl: starving(1).start })).toEqual(
      core.evaluate(wide, many),
    );
  });
});
