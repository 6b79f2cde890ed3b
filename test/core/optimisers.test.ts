import * as core from "@scratch-nn/core";
import * as engine from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";
import { threeClasses } from "../support/three-classes.ts";

const { KERNEL_NAMES, makeWorkplace, OPTIMISERS, randomStream } = engine;
const { OPTIMIZERS } = core;

const LENGTH = 1040;
const ulp = 2 ** -23;

/** A run with one step per epoch. */
const RUN = { schedule: engine.planSchedule(), epochs: 2000, batchesPerEpoch: 1 };

function settingsOf(name: core.OptimizerName): core.OptimizerSettings {
  return { name, ...OPTIMISERS[name].defaults };
}

/** The update rule of a step, in a run with one step per epoch and this many columns. */
function ruleOf(name: core.OptimizerName, step: number, columns = 60) {
  const plan = { ...RUN, optimizer: settingsOf(name), learningRate: 0.05, batchSize: columns };
  return engine.updateRule(plan, { epoch: step, from: 0, to: columns });
}

/** The parameters, slots and sums of an update, the same for all kernels. */
function openElements(kernelName: engine.KernelName, seed = 1) {
  const { layout, bind } = engine.kernelsNamed(kernelName);
  const { arena, regions } = makeWorkplace(
    (at) => ({
      parameters: at.float32(LENGTH),
      slots: [at.float32(LENGTH), at.float32(LENGTH)],
      sum: at.float32(LENGTH),
      scratch: at.uint8(layout.scratchBytes({ units: 1, inputs: 1, first: false, byLanes: false })),
    }),
    { shared: false },
  );
  const stream = randomStream(seed, 0);
  const { parameters, sum } = regions;
  for (let i = 0; i < LENGTH; i++) parameters[i] = stream.normal(i);
  /** Sets the sums of a step: some are zero, some tiny, some large. */
  const gradientOf = (step: number): void => {
    for (let i = 0; i < LENGTH; i++) {
      const scale = [0, 1e-25, 1, 1, 1e3][i % 5];
      sum[i] = scale * stream.normal(1e6 * step + i);
    }
  };
  return { ...regions, kernels: bind(arena, regions.scratch, false), gradientOf };
}

/** The papers' formulas for one parameter in float64, with the optimiser's default settings. */
function independent(name: core.OptimizerName, decays: boolean) {
  const { momentum = 0, beta1 = 0, beta2 = 0, epsilon = 0, weightDecay = 0 } = settingsOf(name);
  let [v, s] = [0, 0];
  return (w: number, g: number, t: number, alpha: number): number => {
    switch (name) {
      case "gradient-descent":
        return w - alpha * g;
      case "momentum":
        v = momentum * v + g;
        return w - alpha * v;
      case "nesterov":
        v = momentum * v + g;
        return w - alpha * (g + momentum * v);
      case "rmsprop":
        s = beta2 * s + (1 - beta2) * g * g;
        return w - (alpha * g) / (Math.sqrt(s) + epsilon);
      default: {
        v = beta1 * v + (1 - beta1) * g;
        s = beta2 * s + (1 - beta2) * g * g;
        const step = v / (1 - beta1 ** t) / (Math.sqrt(s / (1 - beta2 ** t)) + epsilon);
        return w - alpha * (step + (decays ? weightDecay * w : 0));
      }
    }
  };
}

describe.each(OPTIMIZERS)("%s", (name) => {
  it.each([false, true])("takes ten steps as an independent calculation in float64 does (biases: %s)", (areBiases) => {
    const { parameters, slots, sum, kernels, gradientOf } = openElements("plain");
    const columns = 60;
    const exact = Float64Array.from(parameters);
    const rules = Array.from(parameters, () => independent(name, name === "adamw" && !areBiases));
    for (let t = 1; t <= 10; t++) {
      gradientOf(t);
      ruleOf(name, t, columns).update({ parameters, slots, begin: 0, end: LENGTH, sum }, kernels, {
        layer: 1,
        areBiases,
      });
      // Skips gradients whose squares underflow to zero in f32.
      for (const [i, rule] of rules.entries()) {
        if (i % 5 !== 1) exact[i] = rule(exact[i], sum[i] / columns, t, 0.05);
      }
      for (let i = 0; i < LENGTH; i++) {
        if (i % 5 === 1) continue;
        // Each of some ten operations in ten steps rounds once, relative to the largest summand.
        const error = Math.abs(parameters[i] - exact[i]);
        expect(error, `parameter ${i}, step ${t}`).toBeLessThan(20 * t * ulp * Math.max(1, Math.abs(exact[i])));
      }
    }
  });

  it("has the bits of the plain kernels in all others, on any range, and writes nothing else", () => {
    for (const [begin, end] of [
      [0, LENGTH],
      [16, 48],
      [64, 64],
      [512, 1040],
    ]) {
      for (const columns of [1, 60, 64]) {
        const results = KERNEL_NAMES.map((kernelName) => {
          const { parameters, slots, sum, kernels, gradientOf } = openElements(kernelName);
          const finite = [1, 2, 3, 1000, 1001].map((step) => {
            gradientOf(step);
            const elements = { parameters, slots, begin, end, sum };
            return ruleOf(name, step, columns).update(elements, kernels, { layer: 1, areBiases: step % 2 === 0 });
          });
          return { finite, parameters: parameters.slice(), slots: slots.map((slot) => slot.slice()) };
        });
        for (const result of results) {
          expect(result.finite).toEqual(results[0].finite);
          expectSame(result.parameters, results[0].parameters);
          for (const [k, slot] of result.slots.entries()) expectSame(slot, results[0].slots[k]);
        }
        const untouched = openElements("plain").parameters;
        expectSame(results[0].parameters.subarray(0, begin), untouched.subarray(0, begin));
        expectSame(results[0].parameters.subarray(end), untouched.subarray(end));
      }
    }
  });

  it.each(KERNEL_NAMES)("keeps no denormal numbers where gradients are zero from some step on, %s", (kernelName) => {
    const { parameters, slots, sum, kernels, gradientOf } = openElements(kernelName);
    const elements = { parameters, slots, begin: 0, end: 64, sum };
    const part = { layer: 1, areBiases: false };
    gradientOf(1);
    ruleOf(name, 1, 60).update(elements, kernels, part);
    sum.fill(0);
    const rule = ruleOf(name, 2, 60);
    for (let step = 2; step <= 100_000; step++) rule.update(elements, kernels, part);
    const kept = slots.flatMap((slot) => [...slot]);
    expect(kept.filter((value) => value !== 0 && Math.abs(value) < 2 ** -126)).toEqual([]);
    // The remaining values are negligible beside any gradient.
    expect(Math.max(...kept.map(Math.abs))).toBeLessThan(2 ** -100);
  });

  it.each(KERNEL_NAMES)("tells of numbers that are not finite, %s", (kernelName) => {
    for (const wild of [Number.NaN, Number.POSITIVE_INFINITY, 3e38]) {
      for (const at of [0, 13, 40, LENGTH - 1]) {
        const { parameters, slots, sum, kernels, gradientOf } = openElements(kernelName);
        gradientOf(1);
        const elements = { parameters, slots, begin: 0, end: LENGTH, sum };
        expect(ruleOf(name, 1, 1).update(elements, kernels, { layer: 1, areBiases: false })).toBe(true);
        sum[at] = wild;
        const allFinite = ruleOf(name, 2, 1).update(elements, kernels, { layer: 1, areBiases: false });
        const all = [parameters, ...slots].every((numbers) => numbers.every((value) => Number.isFinite(value)));
        expect(allFinite, `${wild} at ${at}`).toBe(all);
        if (!Number.isFinite(wild)) expect(allFinite).toBe(false);
      }
    }
  });

  it.each(KERNEL_NAMES)("comes to the minimum of a quadratic function, %s", (kernelName) => {
    const { parameters, slots, sum, kernels } = openElements(kernelName);
    const target = Float32Array.from(parameters, (_, i) => Math.cos(i));
    const plan = { ...RUN, optimizer: settingsOf(name), batchSize: 1 };
    for (let t = 1; t <= 1200; t++) {
      // The learning rate decreases, since some optimisers' steps do not shrink with the gradient.
      const learningRate = 0.1 / (1 + t / 40);
      for (let i = 0; i < LENGTH; i++) sum[i] = (1 + (i % 3)) * (parameters[i] - target[i]);
      const rule = engine.updateRule({ ...plan, learningRate }, { epoch: t, from: 0, to: 1 });
      rule.update({ parameters, slots, begin: 0, end: LENGTH, sum }, kernels, { layer: 1, areBiases: true });
    }
    for (let i = 0; i < LENGTH; i++) expect(Math.abs(parameters[i] - target[i])).toBeLessThan(0.02);
  });

  it("learns what it is given: three classes from noisy features", () => {
    const { network, examples } = threeClasses();
    const result = core.fit(network, examples, { epochs: 60, batchSize: 32, optimizer: { name } });
    expect(result.epochs[59].loss).toBeLessThan(0.7 * result.epochs[0].loss);
  });
});

function expectSame(found: Float32Array, expected: Float32Array): void {
  const wrong = expected.findIndex((value, i) => !Object.is(value, found[i]));
  expect(wrong, "element that differs").toBe(-1);
}

describe("AdamW", () => {
  it("makes weights smaller than Adam does, and leaves biases as Adam does", () => {
    const { parameters } = core.createNetwork({ layers: [4, 3, 2] });
    const train = (optimizer: core.OptimizerOptions, kernels: core.KernelChoice) => {
      const network = core.networkOf([4, 3, 2], "relu", parameters.slice());
      // One example, from which most optimisers have nothing to learn.
      const examples = { X: new Float32Array(4), labels: [1] };
      core.fit(network, examples, { epochs: 1, optimizer, kernels });
      return network;
    };
    for (const kernels of KERNEL_NAMES) {
      const adam = train({ name: "adam" }, kernels);
      const adamw = train({ name: "adamw", weightDecay: 0.5 }, kernels);
      expect(train({ name: "adamw", weightDecay: 0 }, kernels)).toEqual(adam);
      expect(adamw.b).toEqual(adam.b);
      const smaller = parameters.map((w) => Math.fround(w - Math.fround(0.001 * Math.fround(0.5 * w))));
      const before = core.networkOf([4, 3, 2], "relu", smaller);
      expect(adam.W[1]).toEqual(core.networkOf([4, 3, 2], "relu", parameters).W[1]);
      for (const [i, w] of adamw.W[1].entries()) expect(Math.abs(w - before.W[1][i])).toBeLessThanOrEqual(ulp);
      expect(adamw.W[1]).not.toEqual(adam.W[1]);
    }
  });
});

describe("a run that goes on from any step", () => {
  it.each(OPTIMIZERS)("ends in the bits of one that was never interrupted: %s", (name) => {
    const { network, examples } = threeClasses();
    const options = { epochs: 2, batchSize: 70, optimizer: { name } };
    const kept: { from: core.TrainingPosition; parameters: Float32Array }[] = [];
    const expected = core.fit(network, examples, {
      ...options,
      checkpoints: {
        areDue: () => true,
        take: (from, now) => kept.push({ from, parameters: now.parameters.slice() }),
      },
    });
    expect(kept).toHaveLength(10);
    for (const { from, parameters } of kept) {
      for (const kernels of KERNEL_NAMES) {
        const again = core.networkOf(network.layers, "relu", parameters.slice());
        expect(core.fit(again, examples, { ...options, from, kernels })).toEqual(expected);
        expect(again.parameters).toEqual(network.parameters);
      }
    }
  });

  const { network, examples } = threeClasses();
  const { position } = core.fit(network, examples, { epochs: 1, optimizer: { name: "adam" } });
  const state = position.optimizer!;
  const [slot] = state.slots;
  it.each([
    [
      { optimizer: { name: "momentum" } },
      position,
      /^from.optimizer: expected what momentum \(momentum 0.9\) keeps, found "adam";/,
    ],
    [
      { optimizer: { name: "adam", beta1: 0.8 } },
      position,
      /^from.optimizer: expected .*beta1 0.8.*, found other numbers;/,
    ],
    [{}, position, /^from.optimizer: expected none, as gradient-descent keeps, found an object;/],
    [
      { optimizer: { name: "adam" } },
      { ...position, optimizer: undefined },
      /^from.optimizer: expected .*, found undefined;/,
    ],
    [
      { optimizer: { name: "adam" } },
      { ...position, optimizer: { ...state, slots: [slot] } },
      /^from.optimizer.slots: expected 2 arrays, found 1;/,
    ],
    [
      { optimizer: { name: "adam" } },
      { ...position, optimizer: { ...state, slots: [slot, slot.subarray(1)] } },
      /^from.optimizer.slots\[1\]: expected a Float32Array of 75 numbers, one for each parameter, found 74;/,
    ],
    [
      { optimizer: { name: "adam" } },
      { ...position, optimizer: { ...state, slots: [slot, slot.map(() => Number.NaN)] } },
      /^from.optimizer.slots\[1\]\[0\]: expected a finite number, found NaN;/,
    ],
    [
      { optimizer: { name: "adam" } },
      { ...position, optimizer: { ...state, slots: [slot, slot.map(() => -1)] } },
      /^from.optimizer.slots\[1\]\[0\]: expected a mean of squares, from 0, found -1;/,
    ],
  ])("is refused with what another one keeps: %o", (options, from, message) => {
    const attempt = () => core.fit(network, examples, { epochs: 2, ...options, from } as core.FitOptions);
    expect(attempt).toThrow(core.InputError);
    expect(attempt).toThrow(message);
  });
});
