import * as core from "@scratch-nn/core";
import { power } from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";
import { threeClasses } from "../support/three-classes.ts";

const { OPTIMIZERS } = core;

describe("an optimizer's numbers", () => {
  it("powers are made by multiplications, and are right to the last digits", () => {
    for (const [base, exponent] of [
      [0.9, 0],
      [0.9, 1],
      [0.999, 1000],
      [0.5, 1074],
      [0.99999, 2 ** 31],
    ]) {
      const exact = Math.exp(exponent * Math.log(base));
      expect(Math.abs(power(base, exponent) - exact)).toBeLessThanOrEqual(1e-9 * exact);
    }
    expect(power(2, 100)).toBe(2 ** 100);
  });

  it("determine the weights", () => {
    const train = (optimizer?: core.OptimizerOptions): Float32Array => {
      const { network, examples } = threeClasses();
      core.fit(network, examples, { epochs: 2, learningRate: 0.1, ...(optimizer && { optimizer }) });
      return network.parameters;
    };
    expect(train({ name: "gradient-descent" })).toEqual(train());
    expect(train({ name: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8 })).toEqual(train({ name: "adam" }));
    const all = [
      ...OPTIMIZERS.map((name) => ({ name })),
      { name: "momentum", momentum: 0.8 },
      { name: "nesterov", momentum: 0.8 },
      { name: "rmsprop", beta2: 0.8 },
      { name: "rmsprop", epsilon: 0.8 },
      { name: "adam", beta1: 0.8 },
      { name: "adam", beta2: 0.8 },
      { name: "adam", epsilon: 0.8 },
      { name: "adamw", weightDecay: 0.8 },
    ] as const;
    expect(new Set(all.map((optimizer) => String(train(optimizer)))).size).toBe(all.length);
  });

  it.each([
    ["adam", /^options.optimizer: expected an object with the optimizer's name, found "adam"; pass for example/],
    [null, /^options.optimizer: expected an object/],
    [{}, /^optimizer.name: expected one of gradient-descent, momentum, .*, found undefined;/],
    [{ name: "sgd" }, /^optimizer.name: .*found "sgd";/],
    [
      { name: "adam", momentum: 0.9 },
      /^options.optimizer \(adam\).momentum: expected no options but name, beta1, beta2, epsilon/,
    ],
    [
      { name: "gradient-descent", weightDecay: 1 },
      /^options.optimizer \(gradient-descent\).weightDecay: expected no options but name,/,
    ],
    [
      { name: "adam", beta1: 1 },
      /^optimizer.beta1: expected a number from 0 to below 1, .*found 1; pass for example 0.9/,
    ],
    [{ name: "adam", beta2: 1 - 1e-12 }, /^optimizer.beta2: .*found 0.999999999999;/],
    [{ name: "adam", beta2: -0.1 }, /^optimizer.beta2: .*found -0.1;/],
    [{ name: "adam", epsilon: 0 }, /^optimizer.epsilon: .*found 0;/],
    [{ name: "adam", epsilon: 1e-50 }, /^optimizer.epsilon: .*found 1e-50;/],
    [{ name: "adamw", weightDecay: Number.NaN }, /^optimizer.weightDecay: .*found NaN;/],
    [{ name: "adamw", weightDecay: 1e39 }, /^optimizer.weightDecay: .*found 1e\+39;/],
    [{ name: "momentum", momentum: "0.9" }, /^optimizer.momentum: .*found "0.9";/],
  ])("are refused where they are none: %o", (optimizer, message) => {
    const { network, examples } = threeClasses();
    const attempt = () => core.fit(network, examples, { epochs: 1, optimizer: optimizer as never });
    expect(attempt).toThrow(core.InputError);
    expect(attempt).toThrow(message);
  });

  it("that stop being finite end the run, though the weights are", () => {
    const { network, examples } = threeClasses();
    const X = examples.X.map((x) => 1e25 * x);
    const attempt = () => core.fit(network, { ...examples, X }, { epochs: 2, optimizer: { name: "rmsprop" } });
    expect(attempt).toThrow(core.DivergenceError);
    expect(attempt).toThrow(
      /^what the optimizer keeps of a weight's gradients became infinite or NaN in epoch 1, step 1 /,
    );
  });
});
