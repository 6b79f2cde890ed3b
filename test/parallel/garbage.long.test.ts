/**
 * Limits the garbage that steps create. Garbage collection stops all threads of a run, since they wait for each other,
 * and its helper threads take their cores. At 20 KB per step, it cost mini-batches several per cent of their time.
 */
import { getHeapStatistics } from "node:v8";
import * as core from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import { expect, it } from "vitest";
import { someExamples } from "../support/examples.ts";

const LAYERS = [40, 32, 5];
const EXAMPLES = someExamples(LAYERS[0], 1600, 5, "bytes");
/** The limit of bytes per step. Steps allocate about 4 KB; it was 22 KB. */
const MOST_BYTES = 10_000;
/** The bytes that a turn of the event loop allocates. If other processes use the cores, main waits for many turns. */
const TURN_BYTES = 5000;
/** The plain kernels box numbers, since they are not made for speed. */
const KERNELS = "simd128";
/**
 * Steps are measured in windows. The interpreter allocates more than compiled code, and the compiler also has to wait
 * for a core, so the limit holds only from some window on.
 */
const WINDOW = 1000;
const WINDOWS = 30;

/**
 * The bytes of the JavaScript heap that this thread allocates per step in each window, without turns of the event loop.
 */
async function bytesOfSteps(train: (network: core.Network, options: core.FitOptions) => unknown): Promise<number[]> {
  const bytes: number[] = [];
  const enough = new AbortController();
  let [steps, turns] = [0, 0];
  let before = getHeapStatistics().total_allocated_bytes;
  await train(core.createNetwork({ layers: LAYERS }), {
    epochs: (WINDOW * WINDOWS) / 100,
    batchSize: 16,
    kernels: KERNELS,
    signal: enough.signal,
    onProgress: () => turns++,
    checkpoints: {
      areDue() {
        if (++steps % WINDOW > 0) return false;
        const now = getHeapStatistics().total_allocated_bytes;
        bytes.push((now - before - TURN_BYTES * turns) / WINDOW);
        if (bytes.at(-1)! < MOST_BYTES) enough.abort();
        [before, turns] = [now, 0];
        return false;
      },
      take: () => {},
    },
  });
  return bytes;
}

it("core leaves little", async () => {
  // Core reports progress without a turn of the event loop.
  const fit = (network: core.Network, { onProgress: _, ...options }: core.FitOptions) =>
    core.fit(network, EXAMPLES, options);
  expect((await bytesOfSteps(fit)).at(-1)).toBeLessThan(MOST_BYTES);
});

it.each([1, 2])("main leaves little with %i workers", async (workers) => {
  const fit = (network: core.Network, options: core.FitOptions) =>
    parallel.fit(network, EXAMPLES, { ...options, workers, cores: 2 });
  expect((await bytesOfSteps(fit)).at(-1)).toBeLessThan(MOST_BYTES);
});
