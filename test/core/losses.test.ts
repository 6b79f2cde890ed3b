import * as core from "@scratch-nn/core";
import { KERNEL_NAMES } from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";
import { weightsSha256 } from "../support/digest.ts";
import { examplesFor, LOSS_CASES, LOSS_RUN, type LossCase } from "../support/losses.ts";
import { referenceLogits } from "../support/reference.ts";

/** Few and many first units, no hidden layer, fewer columns than shards. */
const SHAPES: readonly (readonly [hidden: readonly number[], m: number])[] = [
  [[], 5],
  [[4], 9],
  [[17, 6], 13],
];
const INPUTS = 6;

function meanLoss({ of }: LossCase, network: core.Network, parameters: Float64Array, examples: core.Examples): number {
  const { layers, activation } = network;
  const outputs = layers.at(-1)!;
  const { labels, targets } = examples as { labels?: Uint16Array; targets?: Float32Array };
  const losses = referenceLogits(layers, activation, parameters, examples.X as Float32Array).map((z, c) =>
    of(z, labels === undefined ? [...targets!.subarray(c * outputs, (c + 1) * outputs)] : [labels[c]]),
  );
  return losses.reduce((sum, loss) => sum + loss) / losses.length;
}

describe.each(LOSS_CASES)("$name", (each) => {
  const { output, outputs, loss } = each;

  it.each(SHAPES)("has with hidden layers %j and m = %i the gradient of finite differences in f64", (hidden, m) => {
    const layers = [INPUTS, ...hidden, outputs];
    const network = core.createNetwork({ layers, activation: "tanh", output, init: "notes", seed: 5 });
    const examples = examplesFor(each, INPUTS, m);
    const found = core.gradientOf(network, examples, { loss });
    const at = Float64Array.from(network.parameters);
    const expected = meanLoss(each, network, at, examples);
    expect(Math.abs(found.loss - expected), `${found.loss} for ${expected}`).toBeLessThan(1e-6 + 1e-6 * expected);
    expect(core.evaluate(network, examples, { loss }).loss).toBeCloseTo(found.loss, 12);
    const h = 1e-5;
    for (const [i, value] of found.parameters.entries()) {
      const moved = (by: number) => meanLoss(each, network, at.with(i, at[i] + by), examples);
      const slope = (moved(h) - moved(-h)) / (2 * h);
      expect(Math.abs(value - slope), `parameter ${i}: ${value} for ${slope}`).toBeLessThanOrEqual(
        3e-6 + 1e-5 * Math.abs(slope),
      );
    }
  });

  it.each([[[7]], [[20, 9]]])("gives the same bits and figures with all kernels, hidden layers %j", (hidden) => {
    const examples = examplesFor(each, 11, 300, "bytes");
    const run = (kernels: core.KernelChoice) => {
      const network = core.createNetwork({ layers: [11, ...hidden, outputs], output, seed: 3 });
      const { epochs } = core.fit(network, examples, { ...LOSS_RUN, loss, kernels });
      const { confusion, labels, ...figures } = core.evaluate(network, examples, { loss, kernels });
      const counts = [confusion, ...(labels ?? [])].map((matrix) => matrix?.rows());
      const { outputs: predicted } = core.predict(network, examples.X, { kernels });
      return { weights: weightsSha256(network), epochs, figures, counts, predicted };
    };
    const plain = run("plain");
    for (const kernels of KERNEL_NAMES) expect(run(kernels), kernels).toEqual(plain);
  });

  it("learns: the loss becomes less, and goes on from any step to the same bits", () => {
    const examples = examplesFor(each, 11, 100);
    const newNetwork = () => core.createNetwork({ layers: [11, 12, outputs], output, seed: 3 });
    const whole = newNetwork();
    const kept: { readonly from: core.TrainingPosition; readonly parameters: Float32Array }[] = [];
    const take = (from: core.TrainingPosition, { parameters }: core.Network) =>
      kept.push({ from: structuredClone(from), parameters: parameters.slice() });
    const { epochs } = core.fit(whole, examples, { ...LOSS_RUN, loss, checkpoints: { areDue: () => true, take } });
    expect(epochs[2].loss).toBeLessThan(epochs[0].loss);
    for (const { from, parameters } of kept) {
      const network = core.networkOf(whole.layers, "relu", parameters, output);
      expect(core.fit(network, examples, { ...LOSS_RUN, loss, from }).epochs).toEqual(epochs);
      expect(weightsSha256(network)).toBe(weightsSha256(whole));
    }
  });
});

describe("steps worked out by hand, exact in f32", () => {
  // Z = [1; -0.5] x + [0; 0.5] with x = 2 and -1: [2 -1; -0.5 1].
  const network = (output: core.Output) => core.networkOf([1, 2], "relu", Float32Array.of(1, -0.5, 0, 0.5), output);
  const X = [2, -1];

  it("squared error: dZ = A - Y", () => {
    // Y = [1.5 0; 0.5 1], dZ = [0.5 -1; -1 0], half the squares: 0.125 + 0.5 and 0.5 + 0
    const { W, b, loss } = core.gradientOf(network("identity"), { X, targets: [1.5, 0.5, 0, 1] });
    expect([...W[1], ...b[1]]).toEqual([1, -1, -0.25, -0.5]);
    expect(loss).toBe(0.5625);
  });

  it("Huber: dZ is A - Y, clamped to delta", () => {
    const targets = [1.5, 0.5, 0, 1];
    const { W, b, loss } = core.gradientOf(
      network("identity"),
      { X, targets },
      { loss: { name: "huber", delta: 0.75 } },
    );
    // dZ = [0.5 -0.75; -0.75 0]; losses 0.125 + 0.75 (1 - 0.375), 0.46875 + 0
    expect([...W[1], ...b[1]]).toEqual([0.875, -0.75, -0.125, -0.375]);
    expect(loss).toBe((0.125 + 2 * 0.46875) / 2);
  });

  it("a sigmoid of 0 is 1/2, and its dZ A - Y, with smoothing and weights on top", () => {
    const half = core.networkOf([1, 1], "relu", Float32Array.of(0, 0), "sigmoid");
    const examples = { X: [1, 1], targets: [1, 0] };
    expect([...core.gradientOf(half, examples).parameters]).toEqual([0, 0]);
    const loss = { name: "cross-entropy", labelSmoothing: 0.5, classWeights: [1, 3] } as const;
    // T = 0.75 and 0.25; the mean of 3 (0.5 - 0.75) and 1 (0.5 - 0.25)
    expect([...core.gradientOf(half, examples, { loss }).parameters]).toEqual([-0.25, -0.25]);
  });
});

describe("the figures of an evaluation", () => {
  it("of quantities are the root mean squared error, the mean absolute error and R2 of each, and no accuracy", () => {
    const network = core.networkOf([1, 2], "relu", Float32Array.of(1, -0.5, 0, 0.5), "identity");
    const targets = [1.5, 0.5, 0, 1];
    const evaluation = core.evaluate(network, { X: [2, -1], targets });
    // The errors are 0.5 and -1 for the values 1.5 and 0, and -1 and 0 for 0.5 and 1.
    expect(evaluation).toEqual({
      examples: 2,
      loss: 0.5625,
      errors: [
        { rmse: Math.sqrt(1.25 / 2), mae: 0.75, r2: 1 - 1.25 / 1.125 },
        { rmse: Math.sqrt(0.5), mae: 0.5, r2: 1 - 1 / 0.125 },
      ],
    });
    const { epochs } = core.fit(network, { X: [2, -1], targets }, { epochs: 1 });
    expect(Object.keys(epochs[0])).toEqual(["epoch", "loss"]);
  });

  it("of several labels count each, and as right the examples with all of them right", () => {
    // The first output is above 1/2 for positive x, the second one for negative x.
    const network = core.networkOf([1, 2], "relu", Float32Array.of(1, -1, 0, 0), "sigmoid");
    const examples = { X: [1, 2, -1, -3], targets: [1, 0, 1, 1, 0, 1, 1, 0] };
    const { accuracy, confusion, labels } = core.evaluate(network, examples);
    expect(accuracy).toBe(0.5);
    expect(confusion).toBeUndefined();
    expect(labels!.map((label) => label.rows())).toEqual([
      [
        [1, 0],
        [1, 2],
      ],
      [
        [1, 1],
        [1, 1],
      ],
    ]);
    expect(core.fit(network, examples, { epochs: 1, learningRate: 1e-9 }).epochs[0].accuracy).toBe(0.5);
  });

  it("of one label are also those of two classes, which predict gives", () => {
    const network = core.networkOf([1, 1], "relu", Float32Array.of(1, 0), "sigmoid");
    const { confusion, accuracy } = core.evaluate(network, { X: [1, 2, -1], targets: [1, 0, 0] });
    expect(confusion!.rows()).toEqual([
      [1, 1],
      [0, 1],
    ]);
    expect(accuracy).toBe(2 / 3);
    expect([...core.predict(network, [1, 2, -1]).classes]).toEqual([1, 1, 0]);
  });
});

describe("losses and outputs are refused", () => {
  const of = (output: core.Output, outputs = 2) => core.createNetwork({ layers: [1, outputs], output });
  const train = (network: core.Network, examples: object, loss?: unknown) =>
    core.fit(network, { X: [1, 2], ...examples } as core.Examples, { epochs: 1, ...(loss ? { loss } : {}) } as never);
  const labels = { labels: [0, 1] };
  const targets = { targets: [0, 1, 1, 0] };

  it.each<[string, () => unknown, RegExp]>([
    ["an unknown output", () => of("relu" as never), /^output: expected one of softmax, sigmoid, identity/],
    ["one class", () => of("softmax", 1), /^layers\[1\]: expected a whole number from 2/],
    ["no unit", () => of("identity", 0), /^layers\[1\]: expected a whole number from 1/],
    ["labels for quantities", () => train(of("identity"), labels), /^labels: expected none.*identity.*pass targets/],
    ["targets for classes", () => train(of("softmax"), targets), /^targets: expected none.*softmax.*pass a label/],
    ["both", () => train(of("sigmoid"), { ...labels, ...targets }), /^labels: expected none/],
    ["neither", () => train(of("sigmoid"), {}), /^targets: expected targets.*sigmoid, found undefined/],
    [
      "too few targets",
      () => train(of("identity"), { targets: [1, 2, 3] }),
      /^targets: expected an array of 4 numbers/,
    ],
    ["words", () => train(of("identity"), { targets: ["1", "2", "3", "4"] }), /^targets: expected an array of 4/],
    [
      "what is not finite",
      () => train(of("identity"), { targets: [0, 1, Number.NaN, 2] }),
      /column 1, output 0.*finite/,
    ],
    ["what no f32 holds", () => train(of("identity", 1), { targets: [0, 1e39] }), /^targets\[1\]: .*32-bit/],
    ["half a label", () => train(of("sigmoid", 1), { targets: [0, 0.5] }), /^targets\[1\]: expected 0 or 1, found 0.5/],
    ["a loss of others", () => train(of("softmax"), labels, { name: "huber" }), /^loss.name: expected cross-entropy/],
    ["a loss of classes", () => train(of("identity"), targets, { name: "cross-entropy" }), /squared-error or huber/],
    ["no object", () => train(of("softmax"), labels, "huber"), /^options.loss: expected an object/],
    ["delta 0", () => train(of("identity"), targets, { name: "huber", delta: 0 }), /^loss.delta: expected a finite/],
    [
      "smoothing of squares",
      () => train(of("identity"), targets, { name: "squared-error", labelSmoothing: 0.1 }),
      /squared-error\).labelSmoothing/,
    ],
    ["all smoothed", () => train(of("softmax"), labels, { name: "cross-entropy", labelSmoothing: 1 }), /to below 1/],
    [
      "too few weights",
      () => train(of("softmax"), labels, { name: "cross-entropy", classWeights: [1] }),
      /of 2 numbers/,
    ],
    [
      "no weight",
      () => train(of("softmax"), labels, { name: "cross-entropy", classWeights: [0, 0] }),
      /weight above 0/,
    ],
    ["below 0", () => train(of("softmax"), labels, { name: "cross-entropy", classWeights: [1, -1] }), /Weights\[1\]/],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(core.InputError);
    expect(call).toThrow(message);
  });
});
