import * as core from "@scratch-nn/core";
import * as engine from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";
import { weightsSha256 } from "../support/digest.ts";
import { someExamples } from "../support/examples.ts";
import { examples, LAYERS, OPTIONS, validation, watched } from "../support/watched-training.ts";

const networkWith = (parameters: Float32Array) => core.networkOf(LAYERS, "relu", parameters);

function figuresOf(parameters: Float32Array, on: core.Examples = validation): core.ValidationFigures {
  const { loss, accuracy = 0 } = core.evaluate(networkWith(parameters), on);
  return { loss, accuracy };
}

/** The validation examples as the later part of the same memory, or in other memory. */
const PLACES: readonly (readonly [string, core.Examples, core.Examples])[] = [
  ["other memory", examples, validation],
  [
    "other columns of the same memory",
    { ...examples, columns: range(0, 60) },
    { ...examples, columns: range(60, 101) },
  ],
  ["floats beside bytes", someExamples(9, 101, 3, "bytes"), validation],
  ["bytes beside floats", examples, someExamples(9, 30, 3, "bytes")],
  ["many columns", examples, someExamples(9, 1500, 3, "floats", 3)],
  ["one column", examples, { ...validation, columns: [5] }],
];

/** A first layer with few units has another memory layout than one with many. */
const KERNELS_AND_UNITS = (["plain", "simd128", "simd256"] as const).flatMap((kernels) =>
  [8, 20].map((hidden) => [kernels, hidden] as const),
);

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

describe("validation within training", () => {
  it.each(PLACES)("has the figures of evaluate after each epoch, and changes no weight: %s", (_, train, looked) => {
    for (const [kernels, hidden] of KERNELS_AND_UNITS) {
      const layers = [9, hidden, 3];
      const network = core.createNetwork({ layers });
      const found: core.ValidationFigures[] = [];
      const options = { epochs: 3, batchSize: 40, learningRate: 1, kernels };
      core.fit(network, train, {
        ...options,
        validation: looked,
        onEpoch: (report) => {
          const { loss, accuracy } = core.evaluate(network, looked);
          expect(report.validation).toEqual({ loss, accuracy });
          found.push(report.validation!);
        },
      });
      const blind = core.createNetwork({ layers });
      const { epochs } = core.fit(blind, train, options);
      expect(epochs.every((report) => !("validation" in report))).toBe(true);
      expect(weightsSha256(network)).toBe(weightsSha256(blind));
      expect(found).toHaveLength(3);
    }
  });

  it("reads shared memory that begins with the features, other columns of it and other memory", () => {
    const X = new Float32Array(core.allocateFeatures(4 * examples.X.length), 0, examples.X.length);
    X.set(examples.X);
    const expected = watched({ epochs: 2 });
    for (const looked of [validation, { ...examples, X, columns: range(3, 50) }]) {
      const network = core.createNetwork({ layers: LAYERS });
      const options = { ...OPTIONS, epochs: 2, validation: looked };
      const { epochs } = core.fit(network, { ...examples, X }, options);
      expect(epochs.at(-1)!.validation).toEqual(figuresOf(network.parameters, looked));
      expect(network.parameters).toEqual(expected.network.parameters);
    }
  });

  const m = 67;
  const numbers = someExamples(2, m, 2, "floats", 4).X as Float32Array;
  const marks = numbers.map((x) => (x > 0 ? 1 : 0));
  it.each([
    ["sigmoid", marks, undefined],
    ["identity", numbers, { name: "huber", delta: 0.3 }],
    ["softmax", undefined, { name: "cross-entropy", labelSmoothing: 0.1, classWeights: [1, 3] }],
  ] as const)("has the figures of evaluate by the training's loss for a %s output", (output, targets, loss) => {
    const network = core.createNetwork({ layers: [9, 8, 2], output });
    const answers = targets === undefined ? { labels: [...marks.subarray(0, m)] } : { targets };
    const given = loss === undefined ? {} : { loss };
    const data = { X: validation.X, ...answers };
    const looked = { ...data, columns: range(30, m) };
    const onEpoch = ({ validation: figures }: core.EpochReport) => {
      const { loss: mean, accuracy } = core.evaluate(network, looked, given);
      expect(figures).toEqual(output === "identity" ? { loss: mean } : { loss: mean, accuracy });
    };
    const options = { epochs: 30, learningRate: 0.3, ...given, validation: looked, onEpoch, keep: "best" } as const;
    const { selected, epochs } = core.fit(network, { ...data, columns: range(0, 30) }, options);
    const losses = epochs.map((report) => report.validation!.loss);
    // The only score of quantities is their loss.
    if (output === "identity") expect(selected!.epoch).toBe(1 + losses.indexOf(Math.min(...losses)));
  });

  it("is not touched by dropout", () => {
    // Tests both memory layouts: g' of relu follows from A, that of mish from Z.
    for (const activation of ["relu", "mish"] as const) {
      const network = core.createNetwork({ layers: [9, 8, 6, 3], activation });
      const onEpoch = ({ validation: looked }: core.EpochReport) => {
        const { loss, accuracy } = core.evaluate(network, validation);
        expect(looked).toEqual({ loss, accuracy });
      };
      core.fit(network, examples, { ...OPTIONS, dropout: { rate: 0.3 }, onEpoch });
    }
  });

  it("whose loss is not finite ends the run", () => {
    const X = validation.X.map((x, i) => (i < 9 ? 3e38 : x));
    expect(() => watched({ validation: { ...validation, X } })).toThrow(
      /^the validation loss became (NaN|Infinity) in epoch 1, step 3 \(largest weight/,
    );
  });

  it("is given up when the signal says so, and done first when the run goes on", () => {
    const expected = watched({ keep: "best" });
    const signal = { aborted: false };
    const network = core.createNetwork({ layers: LAYERS });
    const steps = core.training(network, examples, { ...OPTIONS, keep: "best", signal });
    let last = 0;
    let next = steps.next();
    // Two epochs have 202 examples. Repeated reports of all 101 come from the validation after the second epoch.
    for (let looks = 0; !next.done; next = steps.next()) {
      const { epoch, examples: done } = next.value;
      if (epoch === 2 && done === 101 && last === 101 && ++looks === 2) signal.aborted = true;
      last = done;
    }
    const { position, completed, epochs } = next.value;
    expect([completed, epochs.length, position.epoch, position.batch]).toEqual([false, 1, 2, 3]);
    const again = core.fit(network, examples, { ...OPTIONS, keep: "best", from: position });
    expect(again).toEqual(expected.result);
    expect(network.parameters).toEqual(expected.network.parameters);
  });
});

describe("the best epoch's parameters", () => {
  const JOB = { epochs: 40, learningRate: 3, keep: "best" } as const;

  it.each(["loss", "score"] as const)("are what the network ends with, by %s", (bestBy) => {
    const { network, result, moments } = watched({ ...JOB, bestBy });
    const rated = moments.map(({ report: { epoch, validation: looked } }) => ({ epoch, accuracy: 0, ...looked! }));
    const [best] = rated.sort(
      (a, b) => (bestBy === "score" ? b.accuracy - a.accuracy : 0) || a.loss - b.loss || a.epoch - b.epoch,
    );
    expect(best.epoch).toBeLessThan(40);
    expect(result.selected).toMatchObject({ of: "best", epoch: best.epoch, epochs: 1 });
    expect(network.parameters).toEqual(moments[best.epoch - 1].parameters);
    expect(result.selected!.parameters).toEqual(network.parameters);
    expect(figuresOf(network.parameters)).toEqual(moments[best.epoch - 1].report.validation);
    // Training continues from its own parameters.
    expect(result.position.parameters).toEqual(moments.at(-1)!.parameters);
  });

  it("by score and by loss are not of the same epoch where these disagree", () => {
    const epochs = (["loss", "score"] as const).map((bestBy) => watched({ ...JOB, bestBy }).result.selected!.epoch);
    expect(epochs[0]).not.toBe(epochs[1]);
  });

  it("do not change the run: with keep last, and on to more epochs, it has the same bits", () => {
    const last = watched({ ...JOB, keep: "last" });
    const best = watched(JOB);
    expect(best.moments).toEqual(last.moments);
    expect(last.result.selected).toBeUndefined();
    const longer = watched({ ...JOB, epochs: 50 });
    const goesOn = watched({ ...JOB, epochs: 50, from: best.result.position }, best.network);
    expect(goesOn.result).toEqual(longer.result);
    expect(goesOn.network.parameters).toEqual(longer.network.parameters);
  });

  it("are in the result of a run that is stopped, whose network stays where it was", () => {
    const whole = watched(JOB);
    const signal = { aborted: false };
    const network = core.createNetwork({ layers: LAYERS });
    let stopped = 0;
    const result = core.fit(network, examples, {
      ...OPTIONS,
      ...JOB,
      signal,
      onEpoch({ epoch }) {
        stopped = epoch;
        signal.aborted = epoch === 30;
      },
    });
    expect([result.completed, result.stoppedEarly]).toEqual([false, false]);
    expect(network.parameters).toEqual(whole.moments[stopped - 1].parameters);
    const best = engine.bestEpoch(result.epochs, "loss")!;
    expect(result.selected).toMatchObject({ epoch: best.epoch, parameters: whole.moments[best.epoch - 1].parameters });
    expect(core.fit(network, examples, { ...OPTIONS, ...JOB, from: result.position })).toEqual(whole.result);
    expect(network.parameters).toEqual(whole.network.parameters);
  });
});

describe("early stopping", () => {
  it.each([1, 2, 5])("ends the run after %i epochs without a better validation", (patience) => {
    const all = watched({ epochs: 60, learningRate: 3 }).result.epochs;
    const options = { epochs: 60, learningRate: 3, earlyStopping: { patience } };
    const { result, network, moments } = watched(options);
    const best = engine.bestEpoch(result.epochs, "loss")!.epoch;
    expect(result.epochs).toEqual(all.slice(0, best + patience));
    expect([result.completed, result.stoppedEarly]).toEqual([true, true]);
    // The run ends with the best parameters, unless the last are requested.
    expect(network.parameters).toEqual(moments[best - 1].parameters);
    const last = watched({ ...options, keep: "last" });
    expect(last.result.epochs).toEqual(result.epochs);
    expect(last.network.parameters).toEqual(moments.at(-1)!.parameters);
    for (let done = 1; done < result.epochs.length; done++) {
      const { epoch } = engine.bestEpoch(all.slice(0, done), "loss")!;
      expect(done - epoch).toBeLessThan(patience);
    }
  });

  it("leaves a run that gets better to its end alone, and one that has ended where it is", () => {
    const patient = watched({ earlyStopping: { patience: 7 } });
    expect(patient.result).toMatchObject({ completed: true, stoppedEarly: false, steps: 21 });
    const { result, network } = watched({ epochs: 60, learningRate: 3, earlyStopping: { patience: 2 }, keep: "best" });
    const options = { epochs: 60, learningRate: 3, earlyStopping: { patience: 2 }, keep: "best" } as const;
    const again = watched({ ...options, from: result.position }, networkWith(network.parameters.slice()));
    expect(again.result).toEqual(result);
    expect(again.network.parameters).toEqual(network.parameters);
  });
});

describe("the mean of the last epochs' parameters", () => {
  it.each([
    [0, 7, 7],
    [0.5, 7, 4],
    [0.75, 8, 2],
    [0.99, 3, 1],
  ])("from %d of %i epochs on is that of %i, within rounding", (averageFrom, epochs, count) => {
    const { validation: _, ...options } = OPTIONS;
    const network = core.createNetwork({ layers: LAYERS });
    const moments: Float32Array[] = [];
    const onEpoch = () => {
      moments.push(network.parameters.slice());
    };
    const result = core.fit(network, examples, { ...options, epochs, averageFrom, onEpoch });
    expect(result.selected).toMatchObject({ of: "average", epoch: epochs, epochs: count });
    const last = moments.slice(-count);
    for (const [i, mean] of network.parameters.entries()) {
      const values = last.map((each) => each[i]);
      const exact = values.reduce((sum, value) => sum + value, 0) / count;
      const largest = Math.max(...values.map(Math.abs));
      // Each epoch rounds three times, at most at twice the largest value.
      expect(Math.abs(mean - exact)).toBeLessThanOrEqual(count * 3 * 2 ** -23 * largest);
    }
    if (count > 1) expect(network.parameters).not.toEqual(last.at(-1));
    expect(result.position.parameters).toEqual(last.at(-1));
  });

  it("is what a validation looks at once it has begun, and the training goes on with its own", () => {
    const own = watched({ epochs: 8 });
    const { result, moments, network } = watched({ epochs: 8, averageFrom: 0.5 });
    expect(moments.map(({ parameters }) => parameters)).toEqual(own.moments.map(({ parameters }) => parameters));
    const reports = own.result.epochs;
    expect(result.epochs.slice(0, 5).map(({ loss }) => loss)).toEqual(reports.slice(0, 5).map(({ loss }) => loss));
    expect(result.epochs.slice(0, 5)).toEqual(reports.slice(0, 5));
    expect(result.epochs[6].validation).not.toEqual(reports[6].validation);
    expect(result.epochs.at(-1)!.validation).toEqual(figuresOf(network.parameters));
  });
});

describe("a validation of the mean that its caller leaves", () => {
  it("leaves the network with the training's own parameters", () => {
    const { moments } = watched({ epochs: 2 });
    const network = core.createNetwork({ layers: LAYERS });
    const steps = core.training(network, examples, { ...OPTIONS, averageFrom: 0 });
    // Repeated reports of all 101 examples in the second epoch come from its validation.
    let done = 0;
    for (let next = steps.next(); !next.done && done < 2; next = steps.next()) {
      if (next.value.epoch === 2 && next.value.examples === 101) done++;
    }
    steps.return(undefined as never);
    expect(network.parameters).toEqual(moments[1].parameters);
  });
});

const SELECTIONS: readonly Partial<core.FitOptions>[] = [
  { keep: "best" },
  { keep: "best", earlyStopping: { patience: 3 }, schedule: { name: "plateau", patience: 2 } },
  { averageFrom: 0.3, schedule: { name: "one-cycle" }, dropout: { rate: 0.3 } },
  { averageFrom: 0.3, schedule: { name: "plateau", patience: 1 }, optimizer: { name: "adam" }, learningRate: 0.05 },
];

describe.each(SELECTIONS)("a run with %o", (selection) => {
  it("goes on from every step to the same bits, by any kernels, also through a copy of its position", () => {
    const kept: { from: core.TrainingPosition; parameters: Float32Array }[] = [];
    const checkpoints: core.Checkpoints = {
      areDue: () => true,
      take: (from, now) => kept.push({ from: structuredClone(from), parameters: now.parameters.slice() }),
    };
    const options = { epochs: 9, learningRate: 2, ...selection };
    const whole = watched({ ...options, checkpoints });
    expect(kept.length).toBe(whole.result.steps);
    const kernels = ["plain", "simd128", "simd256"] as const;
    for (const [i, { from, parameters }] of kept.entries()) {
      const again = watched({ ...options, from, kernels: kernels[i % 3] }, networkWith(parameters));
      expect(again.result).toEqual(whole.result);
      expect(again.network.parameters, `from step ${from.steps} on`).toEqual(whole.network.parameters);
    }
  });
});
