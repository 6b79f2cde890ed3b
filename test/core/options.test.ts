import * as core from "@scratch-nn/core";
import { describe, expect, it } from "vitest";
import { someExamples } from "../support/examples.ts";

const examples = someExamples(4, 6, 2, "floats");
const network = core.createNetwork({ layers: [4, 3, 2] });

/** Each function that takes options, called with further ones. */
const FUNCTIONS: Record<string, (options: never) => unknown> = {
  fit: (options: object) => core.fit(network, examples, { epochs: 1, ...options }),
  evaluate: (options: object) => core.evaluate(network, examples, { ...options }),
  predict: (options: object) => core.predict(network, examples.X, { ...options }),
  gradientOf: (options: object) => core.gradientOf(network, examples, { ...options }),
  createNetwork: (options: object) => core.createNetwork({ layers: [4, 3, 2], ...options }),
  examples: (options: object) => core.evaluate(network, { ...examples, ...options }),
};

describe("an unknown option is refused, and the nearest known one suggested:", () => {
  it.each([
    ["fit", "lr", "learningRate"],
    ["fit", "learning_rate", "learningRate"],
    ["fit", "learningrate", "learningRate"],
    ["fit", "rate", "learningRate"],
    ["fit", "alpha", "learningRate"],
    ["fit", "epoch", "epochs"],
    ["fit", "Epochs", "epochs"],
    ["fit", "batch_size", "batchSize"],
    ["fit", "batch", "batchSize"],
    ["fit", "bs", "batchSize"],
    ["fit", "onepoch", "onEpoch"],
    ["fit", "kernel", "kernels"],
    ["evaluate", "kernel", "kernels"],
    ["predict", "Scale", "scale"],
    ["gradientOf", "shard", "shards"],
    ["createNetwork", "layer", "layers"],
    ["createNetwork", "activations", "activation"],
    ["createNetwork", "initialisation", "init"],
    ["examples", "x", "X"],
    ["examples", "y", "labels"],
    ["examples", "label", "labels"],
    ["examples", "column", "columns"],
    ["examples", "class", "classes"],
  ])("%s: %s for %s", (name, wrong, right) => {
    const attempt = () => FUNCTIONS[name]({ [wrong]: 1 } as never);
    expect(attempt).toThrow(core.InputError);
    expect(attempt).toThrow(new RegExp(`^(options|examples)\\.${wrong}: .*; did you mean ${right}\\?`));
  });

  it.each(["momentum", "constructor", "toString", "__proto__x", "x".repeat(100_000)])(
    "no suggestion for %.20s",
    (name) => {
      expect(() => FUNCTIONS["fit"]({ [name]: 1 } as never)).toThrow(/^options\..*; leave it out$/);
    },
  );

  it("whatever its value", () => {
    expect(() => FUNCTIONS["fit"]({ lr: undefined } as never)).toThrow(/^options.lr/);
  });
});

describe("options of the wrong type are refused:", () => {
  it.each<[string, object, RegExp]>([
    ["fit", { epochs: null }, /^epochs: .*found null;/],
    ["fit", { epochs: "3" }, /^epochs: .*found "3";/],
    ["fit", { epochs: 3n }, /^epochs: .*found 3n;/],
    ["fit", { learningRate: "0.1" }, /^learningRate: .*found "0.1";/],
    ["fit", { learningRate: null }, /^learningRate: .*found null;/],
    ["fit", { batchSize: null }, /^batchSize: .*found null;/],
    ["fit", { batchSize: "all" }, /^batchSize: .*found "all";/],
    ["fit", { shards: null }, /^shards: .*found null;/],
    ["fit", { seed: null }, /^seed: .*found null;/],
    ["fit", { seed: Symbol("s") }, /^seed: .*found a symbol;/],
    ["fit", { kernels: null }, /^kernels: .*found null;/],
    ["fit", { kernels: 1n }, /^kernels: .*found 1n;/],
    ["fit", { onEpoch: null }, /^options.onEpoch: expected a function, found null;/],
    ["fit", { onProgress: "log" }, /^options.onProgress: expected a function, found "log";/],
    ["fit", { signal: true }, /^options.signal: expected an object, found true;/],
    ["fit", { signal: {} }, /^options.signal: expected an AbortSignal/],
    ["fit", { checkpoints: null }, /^options.checkpoints: expected an object, found null;/],
    ["fit", { checkpoints: { areDue: () => true } }, /^options.checkpoints: expected .*areDue and take/],
    ["fit", { from: 3 }, /^options.from: expected an object, found 3;/],
    ["fit", { from: { epoch: 1, batch: 0, steps: 0 } }, /^from: expected a position/],
    ["fit", { from: { epoch: 1, batch: 0, steps: 0, loss: Number.NaN, correct: 0, reports: [] } }, /^from: /],
    ["evaluate", { kernels: {} }, /^kernels: .*found an object;/],
    ["predict", { scale: "1" }, /^scale: .*found "1";/],
    ["predict", { scale: null }, /^scale: .*found null;/],
    ["gradientOf", { shards: 0 }, /^shards: .*found 0;/],
    ["createNetwork", { layers: "784" }, /^layers: .*found "784";/],
    ["createNetwork", { layers: null }, /^layers: .*found null;/],
    ["createNetwork", { layers: [4, "3", 2] }, /^layers\[1\]: .*found "3";/],
    ["createNetwork", { layers: [4, undefined, 2] }, /^layers\[1\]: .*found undefined;/],
    ["createNetwork", { activation: null }, /^activation: .*found null;/],
    ["createNetwork", { init: null }, /^init: .*found null;/],
    ["createNetwork", { seed: null }, /^seed: .*found null;/],
    ["examples", { scale: null }, /^scale: .*found null;/],
    ["examples", { classes: "ab" }, /^examples, classes: expected an array, found "ab";/],
  ])("%s, %o", (name, options, message) => {
    const attempt = () => FUNCTIONS[name](options as never);
    expect(attempt).toThrow(core.InputError);
    expect(attempt).toThrow(message);
  });

  it.each([null, 3, "epochs", [], () => 1])("%s in place of all of them", (options) => {
    for (const attempt of [
      () => core.fit(network, examples, options as never),
      () => core.createNetwork(options as never),
      () => core.fit(network, options as never, { epochs: 1 }),
      () => core.evaluate(network, examples, options as never),
      () => core.predict(network, examples.X, options as never),
    ]) {
      expect(attempt).toThrow(core.InputError);
      expect(attempt).toThrow(/^(options|examples): expected an object/);
    }
  });

  it("fit without options at all", () => {
    expect(() => (core.fit as (...args: unknown[]) => void)(network, examples)).toThrow(/^options: expected an object/);
  });

  it.each([null, undefined, {}, { layers: [4, 3, 2] }, { layers: "4-3-2", parameters: new Float32Array(23) }])(
    "%o in place of a network",
    (wrong) => {
      for (const attempt of [
        () => core.fit(wrong as never, examples, { epochs: 1 }),
        () => core.evaluate(wrong as never, examples),
        () => core.predict(wrong as never, examples.X),
        () => core.gradientOf(wrong as never, examples),
      ]) {
        expect(attempt).toThrow(core.InputError);
        expect(attempt).toThrow(/^network: expected a network/);
      }
    },
  );

  it.each([null, [1, 2], new Float64Array(23), "parameters"])("%o in place of parameters", (parameters) => {
    const attempt = () => core.networkOf([4, 3, 2], "relu", parameters as never);
    expect(attempt).toThrow(core.InputError);
    expect(attempt).toThrow(/^parameters: expected a Float32Array of 23 numbers/);
  });
});
