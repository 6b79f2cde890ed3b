import * as core from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import { isWorthThreads } from "@scratch-nn/parallel/engine";
import { describe, expect, it } from "vitest";
import { weightsSha256 } from "../support/digest.ts";
import { examplesFor, LOSS_CASES, LOSS_RUN } from "../support/losses.ts";
import { whenBegun } from "../support/when-begun.ts";

describe.each(LOSS_CASES)("$name", ({ output, outputs, loss }) => {
  it("gives one thread's bits and figures with 1, 2 and 5 workers", async () => {
    const examples = examplesFor({ output, outputs }, 37, 203);
    const newNetwork = () => core.createNetwork({ layers: [37, 19, outputs], output, seed: 11 });
    const alone = newNetwork();
    const expected = core.fit(alone, examples, { ...LOSS_RUN, loss, kernels: "plain" });
    for (const workers of [1, 2, 5]) {
      const network = newNetwork();
      const begun = whenBegun(workers - 1);
      const onEpoch = ({ epoch }: core.EpochReport) => (epoch === 1 ? begun() : undefined);
      const run = { ...LOSS_RUN, loss, workers, cores: 16, threadsAtWork: workers, onEpoch };
      expect(await parallel.fit(network, examples, run)).toEqual(expected);
      expect(weightsSha256(network), `${workers} workers`).toBe(weightsSha256(alone));
    }
  });
});

describe("parallel.evaluate", () => {
  it.each<core.Output>(["sigmoid", "identity"])("has core's figures of %s outputs, on threads", async (output) => {
    const examples = examplesFor({ output, outputs: 3 }, 400, 8000, "bytes");
    const network = core.createNetwork({ layers: [400, 1300, 3], output });
    expect(isWorthThreads(8000, network.parameters.length)).toBe(true);
    const { labels, ...figures } = await parallel.evaluate(network, examples, { workers: 3, cores: 3 });
    const { labels: expected, ...others } = core.evaluate(network, examples);
    expect(figures).toEqual(others);
    expect(labels?.map((label) => label.rows())).toEqual(expected?.map((label) => label.rows()));
  });
});
