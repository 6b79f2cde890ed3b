/**
 * What steps leave to the garbage collector. It stops all threads of a run, since they wait for each other, and
 * has helpers that take the cores from them: mini-batches lost several hundredths of their time to 20 KB a step.
 */
import { getHeapStatistics } from "node:v8";
import * as core from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import { expect, it } from "vitest";
import { someExamples } from "../support/examples.ts";

const LAYERS = [40, 32, 5];
const EXAMPLES = someExamples(LAYERS[0], 1600, 5, "bytes");
/** Steps leave 4 KB, and it was 22. */
const MOST_BYTES = 10_000;
/** What a turn of the event loop leaves; where others have the cores, main waits for them for many. */
const TURN_BYTES = 5000;
/** Plain ones are not there for their speed: they leave numbers in boxes. */
const KERNELS = "simd128";
/**
 * Steps that are measured together. The interpreter leaves more than compiled code, and the compiler has to wait for
 * a core like everybody: what is claimed holds from some of these windows on.
 */
const WINDOW = 1000;
const WINDOWS = 30;

/** Bytes that this thread allocates for a step in each window, the JavaScript heap's, but for turns of the event loop. */
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
  // It tells its progress without a turn.
  const fit = (network: core.Network, { onProgress: _, ...options }: core.FitOptions) =>
    core.fit(network, EXAMPLES, options);
  expect((await bytesOfSteps(fit)).at(-1)).toBeLessThan(MOST_BYTES);
});

it.each([1, 2])("main leaves little with %i workers", async (workers) => {
  const fit = (network: core.Network, options: core.FitOptions) =>
    parallel.fit(network, EXAMPLES, { ...options, workers, cores: 2 });
  expect((await bytesOfSteps(fit)).at(-1)).toBeLessThan(MOST_BYTES);
});
