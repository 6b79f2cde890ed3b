/** How runs end whose steps are cut by units: with whole steps, whatever ends them, and with core's errors. */
import * as core from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import { describe, expect, it } from "vitest";
import { weightsSha256 } from "../support/digest.ts";
import { someExamples } from "../support/examples.ts";
import { whenBegun } from "../support/when-begun.ts";

const WORKERS = 3;
const threads = { workers: WORKERS, cores: WORKERS, threadsAtWork: WORKERS, update: "units" } as const;

/** Trains by units. All workers are there from the second epoch on. */
function fitByUnits(
  network: core.Network,
  examples: core.Examples,
  options: parallel.ParallelFitOptions,
): Promise<core.FitResult> {
  const begun = whenBegun(WORKERS - 1);
  return parallel.fit(network, examples, {
    ...threads,
    ...options,
    async onEpoch(report) {
      if (report.epoch === 1) await begun();
      await options.onEpoch?.(report);
    },
  });
}

/** Expects a fit by units to end with core's error and its parameters, in which every NaN is the same. */
async function sameEnd(
  create: () => core.Network,
  examples: core.Examples,
  options: core.FitOptions,
): Promise<core.DivergenceError> {
  const [one, other] = [create(), create()];
  const alone = await Promise.resolve()
    .then(() => core.fit(one, examples, options))
    .catch((error: unknown) => error);
  const together = await fitByUnits(other, examples, options).catch((error: unknown) => error);
  expect(alone).toBeInstanceOf(core.DivergenceError);
  expect(together).toEqual(alone);
  expect(other.parameters.every((w, i) => Object.is(w, one.parameters[i]))).toBe(true);
  return alone as core.DivergenceError;
}

const floats = someExamples(60, 200, 5, "floats");
const creator = (activation: core.Activation) => () =>
  core.createNetwork({ layers: [60, 40, 20, 5], activation, seed: 3 });

describe("a run by units that diverges ends with the error and the parameters of core's fit", () => {
  it.each<[string, core.Activation, Omit<core.FitOptions, "epochs">]>([
    ["in its tenth step", "elu", { learningRate: 10, batchSize: "full" }],
    ["in the middle of an epoch", "elu", { learningRate: 10, batchSize: 50 }],
    ["with momentum", "elu", { learningRate: 100, batchSize: "full", optimizer: { name: "momentum" } }],
    ["in a weight, not the loss", "relu", { learningRate: 1e37, batchSize: "full", optimizer: { name: "adam" } }],
  ])("%s", async (_, activation, options) => {
    const { epoch } = await sameEnd(creator(activation), floats, { epochs: 30, ...options });
    expect(epoch).toBeGreaterThan(1);
  });
});

describe("a step by units with a weight that is not finite", () => {
  const zeros = { ...floats, X: floats.X.map((x, i) => (i % 60 < 30 ? 0 : x)) };
  const positive = { ...floats, X: floats.X.map((x) => Math.abs(x) + 0.5) };
  it.each([
    ["does not skip infinity times zero", Number.NEGATIVE_INFINITY, zeros, /^the loss became NaN/],
    ["does not skip NaN times zero", Number.NaN, zeros, /^the loss became NaN/],
    ["is done where the loss is finite", Number.NEGATIVE_INFINITY, positive, /^a weight became infinite or NaN/],
  ])("%s", async (_, weight, examples, message) => {
    const create = (): core.Network => {
      const network = creator("tanh")();
      network.parameters[7] = weight;
      return network;
    };
    const error = await sameEnd(create, examples, { epochs: 2, batchSize: "full" });
    expect(error.message).toMatch(message);
  });
});

describe("a step by units that is cut short leaves a whole step's parameters", () => {
  const layers = [60, 40, 20, 5];
  const examples = someExamples(60, 64, 5, "floats");
  /** The steps of one epoch each. */
  const options = { epochs: 100_000, batchSize: "full" } as const;
  const digestAfter = (steps: number): string => {
    const network = core.createNetwork({ layers });
    core.fit(network, examples, { ...options, epochs: steps });
    return weightsSha256(network);
  };

  it("when the signal is aborted, whenever main looks at it", async () => {
    const ends = new Set<number>();
    for (let look = 1; look < 80; look += 7) {
      const network = core.createNetwork({ layers });
      let looks = 0;
      let isUnderWay = false;
      const signal = {
        get aborted(): boolean {
          return isUnderWay && ++looks >= look;
        },
      };
      const onEpoch = () => {
        isUnderWay = true;
      };
      const { steps } = await fitByUnits(network, examples, { ...options, signal, onEpoch });
      expect(weightsSha256(network), `look ${look}`).toBe(digestAfter(steps));
      ends.add(steps);
    }
    // Some looks are before the step's parameters are updated, others after.
    expect(ends.size).toBeGreaterThan(1);
  });

  it("when onProgress throws", async () => {
    for (let call = 1; call <= 3; call++) {
      const network = core.createNetwork({ layers });
      const kept: number[] = [];
      let calls = 0;
      const run = fitByUnits(network, examples, {
        ...options,
        onProgress({ epoch }) {
          if (epoch > 1 && ++calls === call) throw new Error("enough");
        },
        checkpoints: { areDue: () => false, take: ({ steps }) => kept.push(steps) },
      });
      await expect(run).rejects.toThrow("enough");
      expect(kept).toHaveLength(1);
      expect(weightsSha256(network), `call ${call}`).toBe(digestAfter(kept[0]));
    }
  });
});
