import * as core from "@scratch-nn/core";
import { dependsOnSteps, planSchedule, scheduledRate } from "@scratch-nn/core/engine";
import * as parallel from "@scratch-nn/parallel";
import { describe, expect, it } from "vitest";
import { someExamples } from "../support/examples.ts";

/** In float64, t from 0 to 1. */
const EXACT: Readonly<Record<core.ScheduleName, (t: number) => number>> = {
  constant: () => 1,
  step: (t) => 0.1 ** Math.min(2, Math.floor(3 * t)),
  cosine: (t) => (1 + Math.cos(Math.PI * t)) / 2,
  "cos-log": (t) => (1 - Math.cos(2 * Math.PI * Math.log2(1 + 15 * t))) / 2,
};

const ALPHA = 0.3;

describe.each(core.SCHEDULES)("the schedule %s", (name) => {
  it.each([1, 2, 7, 100, 12_345])("is its formula at the middle of each of %i steps", (steps) => {
    for (let step = 1; step <= steps; step++) {
      const rate = scheduledRate(planSchedule({ name }), ALPHA, step, steps);
      expect(Math.fround(rate)).toBe(rate);
      // Of a wave of cos-log, the argument is rounded to f32 at up to 8 pi.
      expect(Math.abs(rate - ALPHA * EXACT[name]((step - 0.5) / steps)), `step ${step}`).toBeLessThan(3e-6);
      expect(rate).toBeGreaterThanOrEqual(0);
      expect(rate).toBeLessThanOrEqual(Math.fround(ALPHA));
    }
  });

  it("comes after a warm-up that rises in a line", () => {
    const rates = Array.from({ length: 30 }, (_, i) =>
      scheduledRate(planSchedule({ name, warmup: 9 }), ALPHA, i + 1, 30),
    );
    for (let i = 0; i < 9; i++) expect(rates[i]).toBeCloseTo((ALPHA * (i + 1)) / 10, 6);
    for (let i = 9; i < 30; i++) expect(rates[i]).toBe(scheduledRate(planSchedule({ name }), ALPHA, i - 8, 21));
  });

  it("ends in the bits of one thread on others, and goes on from any step", async () => {
    const examples = someExamples(9, 101, 3, "floats");
    const options = { epochs: 3, batchSize: 40, schedule: { name, warmup: 2 }, optimizer: { name: "adam" } } as const;
    const train = () => core.createNetwork({ layers: [9, 8, 3] });
    const alone = train();
    const kept: { from: core.TrainingPosition; parameters: Float32Array }[] = [];
    const expected = core.fit(alone, examples, {
      ...options,
      checkpoints: { areDue: () => true, take: (from, now) => kept.push({ from, parameters: now.parameters.slice() }) },
    });
    const threads = { workers: 3, cores: 3, threadsAtWork: 3, update: "slices" } as const;
    const together = train();
    expect(await parallel.fit(together, examples, { ...options, ...threads })).toEqual(expected);
    expect(together.parameters).toEqual(alone.parameters);
    for (const { from, parameters } of kept) {
      const network = core.networkOf([9, 8, 3], "relu", parameters);
      expect(core.fit(network, examples, { ...options, from })).toEqual(expected);
      expect(network.parameters).toEqual(alone.parameters);
    }
  });
});

describe("a schedule", () => {
  it("changes the weights, but for the constant one", () => {
    const examples = someExamples(9, 101, 3, "floats");
    const train = (options: Partial<core.FitOptions>): string => {
      const network = core.createNetwork({ layers: [9, 8, 3] });
      core.fit(network, examples, { epochs: 6, ...options });
      return String(network.parameters);
    };
    const all = core.SCHEDULES.map((name) => train({ schedule: { name } }));
    expect(new Set(all).size).toBe(all.length);
    expect(train({})).toBe(all[0]);
    expect(core.SCHEDULES.filter((name) => !dependsOnSteps(name))).toEqual(["constant"]);
  });

  it.each([
    ["cosine", /^options.schedule: expected an object with the schedule's name, found "cosine";/],
    [{ name: "cos" }, /^schedule.name: expected one of constant, step, cosine, cos-log, found "cos";/],
    [{ name: "cosine", warmup: -1 }, /^schedule.warmup: expected a whole number from 0 to \d+, found -1;/],
    [{ name: "cosine", warmUp: 3 }, /^options.schedule.warmUp: .*did you mean warmup\?/],
  ])("is refused where it is none: %o", (schedule, message) => {
    const network = core.createNetwork({ layers: [9, 8, 3] });
    const attempt = () =>
      core.fit(network, someExamples(9, 20, 3, "floats"), { epochs: 1, schedule: schedule as never });
    expect(attempt).toThrow(core.InputError);
    expect(attempt).toThrow(message);
  });
});
