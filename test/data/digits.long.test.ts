import * as core from "@scratch-nn/core";
import { drawDigits, testExamples, trainingExamples } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";

describe("digits", () => {
  it("are within reach of the notes' network, not trivially, and a wide one does better", async () => {
    const dataset = await drawDigits({ examples: 6000 });
    const accuracyOf = (hidden: number, options: core.FitOptions): number => {
      const network = core.createNetwork({ layers: [784, hidden, 10] });
      core.fit(network, trainingExamples(dataset), options);
      return core.evaluate(network, testExamples(dataset)!).accuracy!;
    };
    const narrow = accuracyOf(10, { epochs: 180 });
    const wide = accuracyOf(64, { epochs: 12, batchSize: 32 });
    expect(narrow).toBeGreaterThan(0.85);
    expect(narrow).toBeLessThan(0.95);
    expect(wide).toBeGreaterThan(0.97);
  });
});
