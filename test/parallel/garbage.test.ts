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
/** Steps leave 4 KB, and it was 22; main's waiting for cores that others have leaves some, too. */
const MOST_BYTES = 10_000;
/** Plain ones are not there for their speed: they leave numbers in boxes. */
const KERNELS = "simd128";
/** Between them all that is hot is compiled: before, the interpreter leaves more. */
const FROM = 3000;
const TO = 6000;

/** Bytes that this thread allocates for a step, the JavaScript heap's. */
async function bytesOfStep(train: (network: core.Network, options: core.FitOptions) => unknown): Promise<number> {
  const allocated: number[] = [];
  let steps = 0;
  await train(core.createNetwork({ layers: LAYERS }), {
    epochs: TO / 100,
    batchSize: 16,
    kernels: KERNELS,
    checkpoints: {
      areDue: () => {
        steps++;
        if (steps === FROM || steps === TO) allocated.push(getHeapStatistics().total_allocated_bytes);
        return false;
      },
      take: () => {},
    },
  });
  const [first, last] = allocated;
  return (last - first) / (TO - FROM);
}

it("core leaves little", async () => {
  const fit = (network: core.Network, options: core.FitOptions) => core.fit(network, EXAMPLES, options);
  expect(await bytesOfStep(fit)).toBeLessThan(MOST_BYTES);
});

it.each([1, 2])("main leaves little with %i workers", async (workers) => {
  const fit = (network: core.Network, options: core.FitOptions) =>
    parallel.fit(network, EXAMPLES, { ...options, workers, cores: 2 });
  expect(await bytesOfStep(fit)).toBeLessThan(MOST_BYTES);
});
