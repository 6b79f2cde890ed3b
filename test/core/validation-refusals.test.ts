import * as core from "@scratch-nn/core";
import { describe, expect, it } from "vitest";
import { weightsSha256 } from "../support/digest.ts";
import { someExamples } from "../support/examples.ts";
import { examples, LAYERS, OPTIONS, validation, watched } from "../support/watched-training.ts";

type Changed = { readonly [Name in keyof core.FitOptions]?: core.FitOptions[Name] | undefined };

describe("core.fit refuses, naming what is wrong,", () => {
  const position = watched({ keep: "best", epochs: 2 }).result.position;
  const { kept: _, ...without } = position;
  const cases: readonly [string, Changed, RegExp][] = [
    ["validation examples of another shape", { validation: someExamples(4, 9, 3, "floats") }, /^validation: labels: /],
    [
      "a label too many",
      { validation: { ...validation, labels: [1] } },
      /^validation: labels: expected 67, .*found 1;/,
    ],
    ["no validation examples", { validation: { ...validation, columns: [] } }, /^validation: columns: .*found none;/],
    ["validation that is none", { validation: 3 as never }, /^options.validation: expected an object, found 3;/],
    ["patience of 0", { earlyStopping: { patience: 0 } }, /^earlyStopping.patience: .*from 1 to \d+, found 0;/],
    ["patience that is none", { earlyStopping: 5 as never }, /^options.earlyStopping: expected an object, found 5;/],
    [
      "another name",
      { earlyStopping: { epochs: 3 } as never },
      /^options.earlyStopping.epochs: .*no options but patience/,
    ],
    ["keep first", { keep: "first" as never }, /^keep: expected one of last, best, found "first";/],
    ["best by luck", { bestBy: "luck" as never }, /^bestBy: expected one of loss, score, found "luck";/],
    ["a mean from the end on", { averageFrom: 1 }, /^averageFrom: expected the part .*from 0 to below 1, found 1;/],
    ["a mean from nowhere", { averageFrom: Number.NaN }, /^averageFrom: .*found NaN;/],
    [
      "the best and a mean",
      { keep: "best", averageFrom: 0.5 },
      /^averageFrom: expected nothing with keep: "best".*found 0.5/,
    ],
    [
      "a mean of a part that may not come",
      { earlyStopping: { patience: 3 }, averageFrom: 0.5 },
      /^averageFrom: expected nothing with earlyStopping: .*found 0.5;/,
    ],
    [
      "the best of a run without validation",
      { keep: "best", validation: undefined },
      /^keep: "best": expected validation/,
    ],
    [
      "early stopping without validation",
      { earlyStopping: { patience: 3 }, validation: undefined },
      /^earlyStopping: expected validation: .*found none;/,
    ],
    [
      "a position without the best",
      { keep: "best", from: without },
      /^from.kept: expected a Float32Array of 107 numbers/,
    ],
    [
      "early stopping without validation, though the best are asked for",
      { earlyStopping: { patience: 3 }, keep: "best", validation: undefined },
      /^keep: "best": expected validation/,
    ],
    ["a position with what is not kept", { from: position }, /^from.kept: expected none, as such a run keeps none,/],
    [
      "a best one too short",
      { keep: "best", from: { ...position, kept: new Float32Array(3) } },
      /^from.kept: expected a Float32Array of 107 numbers.*, found 3;/,
    ],
    [
      "a best one that is not finite",
      { keep: "best", from: { ...position, kept: position.kept!.map((x, i) => (i === 8 ? Number.NaN : x)) } },
      /^from.kept\[8\]: expected a finite number, found NaN;/,
    ],
    [
      "parameters too many",
      { keep: "best", from: { ...position, parameters: new Float32Array(108) } },
      /^from.parameters: expected a Float32Array of 107 numbers.*, found 108;/,
    ],
    [
      "a position without validation",
      { from: { ...without, reports: without.reports.map(({ validation: _looked, ...report }) => report) } },
      /^from.reports\[0\].validation: expected the figures of each epoch's validation, found undefined;/,
    ],
    [
      "a position with a validation that is none",
      { from: without, validation: undefined },
      /^from.reports\[0\].validation: expected none, as there are no examples to validate, found an object/,
    ],
    [
      "an epoch that is done and has no validation",
      { from: { ...without, epoch: 3, batch: 3, steps: 9 }, validation: undefined },
      /^from: expected a position in a run of 3 steps an epoch, found step 9, 3 in epoch 3/,
    ],
  ];
  it.each(cases)("%s", (_name, options, message) => {
    const network = core.createNetwork({ layers: LAYERS });
    const before = weightsSha256(network);
    const attempt = (): unknown => core.fit(network, examples, withoutUndefined({ ...OPTIONS, ...options }));
    expect(attempt).toThrow(core.InputError);
    expect(attempt).toThrow(message);
    expect(weightsSha256(network)).toBe(before);
  });
});

function withoutUndefined(options: Changed): core.FitOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as unknown as core.FitOptions;
}
