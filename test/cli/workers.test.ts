import { activeThreads, addTrainOptions, describeWorkers, planMemory } from "@scratch-nn/cli";
import * as core from "@scratch-nn/core";
import { planTraining } from "@scratch-nn/core/engine";
import * as parallel from "@scratch-nn/parallel";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { someExamples } from "../support/examples.ts";

const network = core.createNetwork({ layers: [784, 512, 512, 10] });
const examples = someExamples(784, 256, 10, "bytes");
const planOf = (more: Partial<core.FitOptions> = {}) =>
  planTraining(network, examples, { epochs: 1, batchSize: 256, ...more });
const flags = (more: Partial<Parameters<typeof describeWorkers>[0]> = {}) =>
  ({ workers: 16, cores: 16, update: "auto", ...more }) as const;

describe("the plan's line about workers", () => {
  it("counts the threads that a wide step has work for, and says how they divide it", () => {
    const plan = planOf();
    const lineOf = (more: Parameters<typeof flags>[0], ranks?: { rank: number; size: number }) =>
      describeWorkers(flags(more), network, plan, ranks);
    const byUnits = "each computes units of every layer and updates their weights";
    const inSlices = "each updates a slice of the weights";
    expect(lineOf({})).toBe(`16; ${byUnits}`);
    expect(lineOf({ cores: 6 })).toBe(`16, at most 6 at work: 6 cores; ${byUnits}`);
    expect(lineOf({ update: "slices" })).toBe(`16, at most 8 at work: 8 shards; ${inSlices}`);
    expect(lineOf({ update: "main" })).toBe("16, at most 8 at work: 8 shards; the main one updates the weights");
    expect(lineOf({ workers: 3 })).toBe(`3; ${inSlices}`);
    expect(lineOf({ workers: 3, update: "units" })).toBe(`3; ${byUnits}`);
    expect(lineOf({ threadsAtWork: 1 })).toBe("16, 1 at work as asked");
    expect(lineOf({ workers: 0 })).toBe("none: on the main thread");
    expect(lineOf({}, { rank: 1, size: 4 })).toBe(`16, at most 2 at work: a step has work for 2; ${inSlices}`);
    expect(lineOf({}, { rank: 0, size: 1 })).toBe(`16; ${byUnits}`);
  });

  it("says that steps cannot be cut by units, where that was asked for", () => {
    const asked = flags({ update: "units" });
    const cannot = "16, at most 8 at work: 8 shards; these steps cannot be cut by units: ";
    expect(describeWorkers(asked, network, planOf({ dropout: { rate: 0.5 } }))).toBe(
      `${cannot}each updates a slice of the weights`,
    );
    expect(describeWorkers(asked, network, planOf({ clipNorm: 1 }))).toBe(`${cannot}the main one updates the weights`);
  });

  it("has as many threads as the training", async () => {
    const small = core.createNetwork({ layers: [30, 32, 4] });
    const few = someExamples(30, 64, 4, "bytes");
    const options = { epochs: 1, batchSize: 64, shards: 2 };
    for (const update of ["units", "slices"] as const) {
      const asked = { workers: 4, cores: 4, update };
      let threads = 0;
      await parallel.fit(small, few, {
        ...options,
        ...asked,
        onProfile: (each) => {
          threads = each.length;
        },
      });
      expect(threads).toBe(update === "units" ? 4 : 2);
      expect(activeThreads(asked, small, planTraining(small, few, options)).count).toBe(threads);
    }
  });
});

describe("the planned memory", () => {
  it("includes that of units: a tile for all columns, and each thread's panel of dW and of the old values", () => {
    const trainOptions = (args: readonly string[]) =>
      addTrainOptions(new Command()).parse(args, { from: "user" }).opts() as Parameters<typeof planMemory>[1];
    const size = { bytes: 784 * 1000, inputs: 784, examples: 1000, classes: 10 };
    const trainingOf = (...args: string[]) => {
      const wide = ["--hidden", "512,512", "--batch-size", "256", "--optimizer", "adam", "--workers", "16", ...args];
      return planMemory(size, trainOptions(wide), 8).training;
    };
    const [byUnits, byColumns] = [trainingOf(), trainingOf("--update", "slices")];
    // A panel of sixteen units: its dW, its weights and Adam's two arrays.
    const panels = 8 * 4 * (4 * 16 * 784);
    // X, and A and dZ of two layers; maps of X and the last layer come on top.
    const tile = 4 * 256 * (784 + 2 * (512 + 512));
    expect(byUnits - byColumns).toBeGreaterThan(panels + tile);
    expect(byUnits - byColumns).toBeLessThan(1.1 * (panels + tile));
    expect(trainingOf("--update", "units")).toBe(byUnits);
    const dropout = ["--dropout", "0.2"];
    expect(trainingOf(...dropout)).toBe(trainingOf(...dropout, "--update", "slices"));
  });
});
