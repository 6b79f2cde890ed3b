import * as core from "@scratch-nn/core";
import { describe, expect, it } from "vitest";
import { someExamples } from "../support/examples.ts";
import { referenceLoss } from "../support/reference.ts";

describe("evaluate and predict", () => {
  const layers = [6, 5, 3];
  const network = core.createNetwork({ layers, seed: 2 });
  const examples = someExamples(6, 150, 3, "bytes");

  it("agree with each other and with the reference in f64", () => {
    const { classes, probabilities } = core.predict(network, examples.X);
    const evaluation = core.evaluate(network, examples);
    const right = classes.reduce((sum, k, c) => sum + (k === examples.labels[c] ? 1 : 0), 0);
    expect(evaluation.accuracy).toBe(right / 150);
    const scaled = Array.from(examples.X, (x) => x / 255);
    expect(evaluation.loss).toBeCloseTo(
      referenceLoss(layers, "relu", Float64Array.from(network.parameters), scaled, examples.labels),
      5,
    );
    for (let c = 0; c < 150; c++) {
      const column = [...probabilities.subarray(3 * c, 3 * c + 3)];
      expect(column.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
      expect(column.indexOf(Math.max(...column))).toBe(classes[c]);
    }
  });

  it("count each example once in the confusion matrix, its row the label, its column the prediction", () => {
    const { classes } = core.predict(network, examples.X);
    const { confusion } = core.evaluate(network, examples);
    const expected = [0, 1, 2].map(() => [0, 0, 0]);
    for (const [c, k] of classes.entries()) expected[examples.labels[c]][k]++;
    expect(confusion!.rows()).toEqual(expected);
    const cells = Array.from(confusion!.cells(), ({ label, predicted, count }) => [label, predicted, count]);
    expect(cells).toEqual(expected.flatMap((row, k) => row.map((n, j) => [k, j, n])).filter(([, , n]) => n > 0));
  });

  it("predict refuses half a column", () => {
    expect(() => core.predict(network, new Uint8Array(7))).toThrow(core.InputError);
  });
});
