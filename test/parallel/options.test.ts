import { createNetwork, type Examples, InputError } from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import { describe, expect, it } from "vitest";
import { weightsSha256 } from "../support/digest.ts";
import { someExamples } from "../support/examples.ts";

const bytes = someExamples(30, 200, 3, "bytes");
const THREADS = { workers: 2, cores: 2 };

async function trained(examples: Examples): Promise<string> {
  const network = createNetwork({ layers: [30, 8, 3] });
  await parallel.fit(network, examples, { epochs: 2, batchSize: 50, ...THREADS });
  const { loss } = await parallel.evaluate(network, examples, THREADS);
  return `${weightsSha256(network)} ${loss}`;
}

describe("parallel.fit and evaluate", () => {
  it("take what core takes: words for labels, pixels of a canvas, plain arrays", async () => {
    const expected = await trained(bytes);
    const classes = ["a", "b", "c"];
    const labels = Array.from(bytes.labels, (k) => classes[k]);
    const columns = Array.from(labels, (_, c) => c);
    expect(await trained({ X: Uint8ClampedArray.from(bytes.X), labels, classes, columns })).toBe(expected);
    expect(await trained({ X: [...bytes.X], labels, classes, scale: 1 / 255 })).toBe(expected);
  });

  it.each<[object, RegExp]>([
    [{ lr: 1 }, /^options.lr: .*did you mean learningRate\?/],
    [{ threads: 2 }, /^options.threads: .*did you mean workers\?/],
    [{ worker: 2 }, /^options.worker: .*did you mean workers\?/],
    [{ onRettry: () => {} }, /^options.onRettry: .*did you mean onRetry\?/],
    [{ workers: null }, /^workers: .*found null;/],
    [{ workers: "2" }, /^workers: .*found "2";/],
    [{ cores: 0 }, /^cores: .*found 0;/],
    [{ patience: null }, /^patience: .*found null;/],
    [{ onProfile: true }, /^options.onProfile: expected a function, found true;/],
    [{ profiling: "some" }, /^profiling: expected one of whole, sampled, found "some";/],
    [{ onSpans: 3 }, /^options.onSpans: expected a function, found 3;/],
    [{ onRetry: null }, /^options.onRetry: expected a function, found null;/],
  ])("fit refuses %o", async (options, message) => {
    const attempt = parallel.fit(createNetwork({ layers: [30, 8, 3] }), bytes, { epochs: 1, ...options });
    await expect(attempt).rejects.toThrow(InputError);
    await expect(attempt).rejects.toThrow(message);
  });

  it.each<[unknown, RegExp]>([
    [null, /^options: expected an object, found null;/],
    [{ worker: 2 }, /^options.worker: .*did you mean workers\?/],
    [{ epochs: 2 }, /^options.epochs: /],
    [{ kernels: null }, /^kernels: /],
  ])("evaluate refuses %o", async (options, message) => {
    const attempt = parallel.evaluate(createNetwork({ layers: [30, 8, 3] }), bytes, options as object);
    await expect(attempt).rejects.toThrow(InputError);
    await expect(attempt).rejects.toThrow(message);
  });
});
