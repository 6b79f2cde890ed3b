import * as core from "@scratch-nn/core";
import { dependsOnSteps, Plateau, planSchedule, scheduledRate } from "@scratch-nn/core/engine";
import * as parallel from "@scratch-nn/parallel";
import { describe, expect, it } from "vitest";
import { someExamples } from "../support/examples.ts";

/** The factor of the learning rate in float64, for t from 0 to 1. */
const EXACT: Readonly<Record<core.ScheduleName, (t: number) => number>> = {
  constant: () => 1,
  step: (t) => 0.1 ** Math.min(2, Math.floor(3 * t)),
  cosine: (t) => (1 + Math.cos(Math.PI * t)) / 2,
  "cos-log": (t) => (1 - Math.cos(2 * Math.PI * Math.log2(1 + 15 * t))) / 2,
  "one-cycle": (t) =>
    t < 0.3 ? 0.04 + (0.96 * t) / 0.3 : 1e-4 + ((1 - 1e-4) * (1 + Math.cos((Math.PI * (t - 0.3)) / 0.7))) / 2,
  plateau: () => 1,
};

/** One-cycle takes no warm-up, since it begins with its own. */
const warmupOf = (name: core.ScheduleName, steps: number): number => (name === "one-cycle" ? 0 : steps);

const ALPHA = 0.3;

describe.each(core.SCHEDULES)("the schedule %s", (name) => {
  it.each([1, 2, 7, 100, 12_345])("is its formula at the middle of each of %i steps", (steps) => {
    for (let step = 1; step <= steps; step++) {
      const rate = scheduledRate(planSchedule({ name }), ALPHA, step, steps);
      expect(Math.fround(rate)).toBe(rate);
      // Cos-log rounds the argument of its wave to f32, at up to 8 pi.
      expect(Math.abs(rate - ALPHA * EXACT[name]((step - 0.5) / steps)), `step ${step}`).toBeLessThan(3e-6);
      expect(rate).toBeGreaterThanOrEqual(0);
      expect(rate).toBeLessThanOrEqual(Math.fround(ALPHA));
    }
  });

  it.skipIf(name === "one-cycle")("comes after a warm-up that rises in a line", () => {
    const rates = Array.from({ length: 30 }, (_, i) =>
      scheduledRate(planSchedule({ name, warmup: 9 }), ALPHA, i + 1, 30),
    );
    for (let i = 0; i < 9; i++) expect(rates[i]).toBeCloseTo((ALPHA * (i + 1)) / 10, 6);
    for (let i = 9; i < 30; i++) expect(rates[i]).toBe(scheduledRate(planSchedule({ name }), ALPHA, i - 8, 21));
  });

  it("ends in the bits of one thread on others, and goes on from any step", async () => {
    const examples = someExamples(9, 101, 3, "floats");
    const options = {
      epochs: 3,
      batchSize: 40,
      schedule: { name, warmup: warmupOf(name, 2) },
      optimizer: { name: "adam" },
    } as const;
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
      core.fit(network, examples, { epochs: 12, learningRate: 4, ...options });
      return String(network.parameters);
    };
    const plateau = { name: "plateau", patience: 1 } as const;
    const all = core.SCHEDULES.map((name) => train({ schedule: name === "plateau" ? plateau : { name } }));
    expect(new Set(all).size).toBe(all.length);
    expect(train({})).toBe(all[0]);
    expect(core.SCHEDULES.filter((name) => !dependsOnSteps(name))).toEqual(["constant", "plateau"]);
  });

  it.each([
    ["cosine", /^options.schedule: expected an object with the schedule's name, found "cosine";/],
    [
      { name: "cos" },
      /^schedule.name: expected one of constant, step, cosine, cos-log, one-cycle, plateau, found "cos";/,
    ],
    [{ name: "cosine", warmup: -1 }, /^schedule.warmup: expected a whole number from 0 to \d+, found -1;/],
    [{ name: "cosine", warmUp: 3 }, /^options.schedule \(cosine\).warmUp: .*did you mean warmup\?/],
    [{ name: "cosine", patience: 3 }, /^options.schedule \(cosine\).patience: expected no options but name, warmup,/],
    [{ name: "one-cycle", warmup: 3 }, /^schedule.warmup: expected 0 with one-cycle, which begins with a rise/],
    [{ name: "plateau", patience: 0 }, /^schedule.patience: expected a whole number from 1 to \d+, found 0;/],
    [{ name: "plateau", factor: 1 }, /^schedule.factor: expected a number above 0 and below 1, .*found 1;/],
    [{ name: "plateau", factor: 1e-60 }, /^schedule.factor: .*found 1e-60;/],
  ])("is refused where it is none: %o", (schedule, message) => {
    const network = core.createNetwork({ layers: [9, 8, 3] });
    const attempt = () =>
      core.fit(network, someExamples(9, 20, 3, "floats"), { epochs: 1, schedule: schedule as never });
    expect(attempt).toThrow(core.InputError);
    expect(attempt).toThrow(message);
  });
});

/** The number of reductions before each epoch, from the losses before it alone. */
function reductionsBefore(losses: readonly number[], patience: number): number[] {
  return losses.map((_, epoch) => {
    let [count, from] = [0, 0];
    // `patience` epochs, none of which is the lowest so far, end in a reduction.
    for (let end = 1; end <= epoch; end++) {
      const last = losses.slice(0, end);
      const isLowest = last[end - 1] < Math.min(...last.slice(0, -1), Number.POSITIVE_INFINITY);
      if (isLowest) from = end;
      else if (end - from === patience) [count, from] = [count + 1, end];
    }
    return count;
  });
}

describe("plateau", () => {
  it("multiplies the rate by the factor after every so many epochs without a lower loss", () => {
    const schedule = planSchedule({ name: "plateau", patience: 2, factor: 0.3 });
    const losses = [5, 4, 4, 4, 4.5, 3, 3.5, 3, 2, 2, 2, 2, 2];
    const plateau = new Plateau(schedule);
    const counts = losses.map((loss) => {
      plateau.note(loss);
      return plateau.reductions;
    });
    expect(counts).toEqual([0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4]);
    for (const [i, reductions] of counts.entries()) {
      const rate = scheduledRate(schedule, ALPHA, i + 1, losses.length, reductions);
      expect(rate).toBe(Math.fround(rate));
      expect(Math.abs(rate / (ALPHA * 0.3 ** reductions) - 1)).toBeLessThan(6e-8 * (reductions + 2));
    }
  });

  it.each([false, true])(
    "goes by the validation's loss where there is one, else by the training's: %s",
    (validates) => {
      const examples = someExamples(9, 101, 3, "floats");
      const schedule = { name: "plateau", patience: 1 } as const;
      const validation = validates ? { validation: someExamples(9, 40, 3, "floats", 2) } : {};
      const options = { epochs: 12, learningRate: 4, ...validation };
      const network = core.createNetwork({ layers: [9, 8, 3] });
      const { epochs } = core.fit(network, examples, { ...options, schedule });
      const losses = epochs.map(({ loss, validation: looked }) => (validates ? looked!.loss : loss));
      const counts = reductionsBefore(losses, 1);
      expect(counts.at(-1)).toBeGreaterThan(0);
      // The same by hand: a run for each epoch, with the learning rate of that epoch.
      const byHand = core.createNetwork({ layers: [9, 8, 3] });
      for (const count of counts) {
        const learningRate = scheduledRate(planSchedule(schedule), 4, 1, 1, count);
        core.fit(byHand, examples, { epochs: 1, learningRate });
      }
      expect(network.parameters).toEqual(byHand.parameters);
    },
  );
});
