import * as core from "@scratch-nn/core";
import { describe, expect, it } from "vitest";
import { weightsSha256 } from "../support/digest.ts";
import { someExamples } from "../support/examples.ts";
import { sameBitsAs } from "../support/same-bits.ts";

const JOB = {
  name: "two hidden layers",
  layers: [37, 19, 17, 5],
  m: 203,
  type: "floats",
  options: { epochs: 2, batchSize: 64 },
} as const;

describe.each(core.ACTIVATIONS)("%s", (activation) => {
  it.each([
    [37, 19, 17, 5],
    [37, 7, 17, 5],
  ])("gives the same bits by all kernels on one thread: %i-%i-%i-%i", (...layers) => {
    const train = (kernels: core.KernelChoice): string => {
      const network = core.createNetwork({ layers, activation, seed: 11 });
      core.fit(network, someExamples(37, JOB.m, 5, JOB.type), { ...JOB.options, kernels });
      return weightsSha256(network);
    };
    const plain = train("plain");
    expect([train("simd128"), train("simd256")]).toEqual([plain, plain]);
  });
});

// activations.long.test.ts tests every activation with all numbers of workers.
it.each(["gelu", "elu"] as const)("%s gives the same bits on 8 workers", async (activation) => {
  await sameBitsAs({ ...JOB, activation })({ workers: 8 });
});
