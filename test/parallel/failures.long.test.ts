import { once } from "node:events";
import { readdirSync } from "node:fs";
import type { Worker } from "node:worker_threads";
import * as core from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import { describe, expect, it, onTestFinished } from "vitest";
import { KINDS } from "../faults/injector.ts";
import { weightsSha256 } from "../support/digest.ts";
import { someExamples } from "../support/examples.ts";
import { runFaulty } from "../support/run-faulty.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const layers = [400, 32, 10];
const examples = someExamples(400, 4000, 10, "bytes");
/** A long run with main and two workers. */
const forLong = { epochs: 1_000_000, workers: 3, cores: 3 };

/** Collects the threads that start from now on. */
function watchThreads(): Worker[] {
  const threads: Worker[] = [];
  const watch = (worker: Worker): unknown => threads.push(worker);
  process.on("worker", watch);
  onTestFinished(() => {
    process.off("worker", watch);
  });
  return threads;
}

const epochs = 30;
const reference = core.createNetwork({ layers });
core.fit(reference, examples, { epochs });

describe("a worker that dies", () => {
  it.each([1, 2])("is replaced, and the run ends in the same bits (worker %i)", async (victim) => {
    const threads = watchThreads();
    const network = core.createNetwork({ layers });
    const retries: parallel.Retry[] = [];
    const result = await parallel.fit(network, examples, {
      ...forLong,
      epochs,
      onEpoch: ({ epoch }) => (epoch === 3 ? threads[victim - 1].terminate() : undefined),
      onRetry: (retry) => retries.push(retry),
    });
    expect(result.completed).toBe(true);
    expect(result.epochs.map(({ epoch }) => epoch)).toEqual(Array.from({ length: epochs }, (_, i) => i + 1));
    expect(retries).toEqual([
      { worker: victim, reason: expect.stringContaining("(exit code 1)"), epoch: 4, step: 1, isReplaced: true },
    ]);
    expect(threads).toHaveLength(3);
    expect(weightsSha256(network)).toBe(weightsSha256(reference));
  });

  it("leaves no thread behind, nor does who took its place", async () => {
    const threads = watchThreads();
    const exits: Promise<unknown>[] = [];
    await parallel.fit(core.createNetwork({ layers }), examples, {
      ...forLong,
      epochs,
      onEpoch({ epoch }) {
        if (epoch === 3) void threads[1].terminate();
        while (exits.length < threads.length) {
          const thread = threads[exits.length];
          exits.push(new Promise((resolve) => thread.once("exit", resolve)));
        }
      },
    });
    expect(exits).toHaveLength(3);
    await Promise.all(exits);
  });
});

describe("a worker that the caller kills", () => {
  it("is replaced however often, and the run ends in the same bits", async () => {
    const threads = watchThreads();
    const network = core.createNetwork({ layers });
    const retries: parallel.Retry[] = [];
    let controls: parallel.FitControls | undefined;
    await parallel.fit(network, examples, {
      ...forLong,
      epochs,
      controls: (given) => {
        controls = given;
      },
      onEpoch: async ({ epoch }) => {
        if (epoch % 3 !== 0) return;
        const gone = Promise.race(threads.map((thread) => once(thread, "exit")));
        expect(controls!.kill(1 + (epoch % 2))).toBe(true);
        await gone;
      },
      onRetry: (retry) => retries.push(retry),
    });
    // The worker that was killed after the last epoch left nothing to repeat.
    expect(retries.map(({ epoch }) => epoch)).toEqual([4, 7, 10, 13, 16, 19, 22, 25, 28]);
    expect(retries.every(({ isReplaced, reason }) => isReplaced && reason === "was ended on request")).toBe(true);
    expect(weightsSha256(network)).toBe(weightsSha256(reference));
    expect([0, 1, 3].map((worker) => controls!.kill(worker))).toEqual([false, false, false]);
  });
});

// every-fault.long.test.ts tests every place at which a worker can fail.
describe("faults in the middle of a block", () => {
  it("are survived, whatever their kind", async () => {
    const outcomes = JSON.parse(await runFaulty("every-fault.ts", {}, "forward"));
    expect(outcomes).toEqual(Object.keys(KINDS).map((kind) => ({ kind, outcome: "survived" })));
  });

  it("leave the main thread alone at work when they come again and again, with the same bits", async () => {
    const marks = temporaryFolder();
    const fault = {
      FAULT_PLACE: "backward",
      FAULT_KIND: "throw",
      FAULT_CALL: "9",
      FAULT_TIMES: "99",
      FAULT_MARKS: marks,
    };
    const lost = { worker: 1, reason: "failed: injected", epoch: expect.any(Number), step: 1 };
    expect(JSON.parse(await runFaulty("../support/fit-and-report.ts", fault))).toEqual({
      retries: [
        { ...lost, isReplaced: true },
        { ...lost, isReplaced: true },
        { ...lost, isReplaced: false },
      ],
      hasSameBits: true,
    });
    expect(readdirSync(marks)).toHaveLength(3);
  });
});

describe("evaluation", () => {
  it("gives its figures even when its workers die", async () => {
    const network = core.createNetwork({ layers: [400, 1000, 10] });
    const many = someExamples(400, 12_000, 10, "bytes");
    const threads: Worker[] = [];
    const kill = (worker: Worker): void => {
      threads.push(worker);
      void worker.terminate();
    };
    process.on("worker", kill);
    onTestFinished(() => {
      process.off("worker", kill);
    });
    expect(await parallel.evaluate(network, many, { workers: 3, cores: 3 })).toEqual(core.evaluate(network, many));
    expect(threads).toHaveLength(2);
  });

  it("gives its figures even when a worker stands still", async () => {
    const marks = temporaryFolder();
    const fault = { FAULT_PLACE: "forward", FAULT_KIND: "loop", FAULT_CALL: "3", FAULT_MARKS: marks };
    expect(JSON.parse(await runFaulty("evaluate.ts", fault))).toEqual({ isSame: true });
    expect(readdirSync(marks)).toHaveLength(1);
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
    const big = someExamples(400, 10_000, 10, "bytes");
    let most = 0;
    const enough = new AbortController();
    await parallel.fit(core.createNetwork({ layers }), big, {
      // On a busy machine, the other thread may do most of a step while this one waits for a core, but not in every
      // step.
      epochs: 50,
      signal: enough.signal,
      workers: 2,
      cores: 2,
      // The slowest kernels, for a long step.
      kernels: "plain",
      onEpoch() {
        most = Math.max(most, turns);
        turns = 0;
        if (most > 5) enough.abort();
      },
    });
    expect(most).toBeGreaterThan(5);
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
