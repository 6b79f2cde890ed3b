import { type ColumnEncoder, encodeModel, loadModel, type Model } from "@scratch-nn/core";
import { inputsOf } from "@scratch-nn/core/engine";
import { toOnnx } from "@scratch-nn/formats";
import fc from "fast-check";
import { expect, it } from "vitest";
import { untrained } from "../support/every-encoder.ts";
import { feedsOf, largestDifference, openOnnx, runOnnx } from "../support/onnx-runtime.ts";

/** A fiftieth of the usual number, since a session takes some 20 ms. */
const numRuns = Math.ceil(Number(process.env["SCRATCH_NN_FUZZ"] ?? 1000) / 50);

const COLUMNS = 6;
const WORDS = ["a", "b", "7", "true", "NaN", "x y", "ß"];
/** Columns of numbers, days and words. */
const [NUMBERS, DAYS, WORD] = [fc.constantFrom(0, 1), fc.constantFrom(2, 3), fc.constantFrom(4, 5)];
const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -1e6, max: 1e6, noNaN: true }));
const spread = fc.double({ min: 0.01, max: 100, noNaN: true });
const levels = fc.uniqueArray(fc.constantFrom("a", "b", "7", "true", "x y", "ß"), { minLength: 2 });
const scale = {
  center: fc.integer({ min: -5, max: 5 }),
  spread,
  clips: fc.boolean(),
  fill: value,
  marksMissing: fc.boolean(),
};

const encoder: fc.Arbitrary<ColumnEncoder> = fc.oneof(
  fc.record({ kind: fc.constant("number" as const), column: NUMBERS, ...scale }),
  fc.record({ kind: fc.constant("date" as const), column: DAYS, order: fc.constant("ymd" as const), ...scale }),
  fc.record({
    kind: fc.constant("bins" as const),
    column: NUMBERS,
    knots: fc
      .uniqueArray(fc.integer({ min: -20, max: 20 }), { minLength: 2, maxLength: 5 })
      .map((knots) => knots.sort((a, b) => a - b).map((knot) => knot / 10)),
    fill: value,
  }),
  fc.record({
    kind: fc.constant("binary" as const),
    column: NUMBERS,
    levels: fc.constantFrom(["0", "1"] as const, ["-1.5", "2"] as const),
    marksMissing: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("binary" as const),
    column: WORD,
    levels: levels.filter((words) => words[0] !== "7" || words[1] !== "7").map(([no, yes]) => [no, yes] as const),
    marksMissing: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("category" as const),
    column: WORD,
    levels,
    missing: fc.boolean(),
    other: fc.boolean(),
  }),
);

const number = fc.oneof(fc.constant(undefined), fc.integer({ min: -3, max: 3 }), fc.constantFrom(0.3, -1.5, 2.000001));
const row = fc.tuple(
  number,
  number,
  fc.constantFrom(undefined, "1970-01-03", "1969-12-31"),
  fc.constantFrom(undefined, "1970-01-01 12:00", "1970-02-28"),
  fc.constantFrom(undefined, ...WORDS),
  fc.constantFrom(undefined, ...WORDS, "unknown"),
);

it("ONNX Runtime encodes as core does, whatever encoders there are, in any order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(encoder, { minLength: 1, maxLength: 8 }),
      fc.array(row, { minLength: 1, maxLength: 20 }),
      async (encoders, rows) => {
        const inputs = encoders.reduce((sum, each) => sum + inputsOf(each), 0);
        const columns = Array.from({ length: COLUMNS }, (_, i) => `c${i}`);
        const network = untrained([inputs, inputs], { output: "identity" });
        // The network returns its inputs.
        network.W[1].fill(0);
        for (let i = 0; i < inputs; i++) network.W[1][i * inputs + i] = 1;
        network.b[1].fill(0);
        const each = (of: number): number[] => new Array(inputs).fill(of);
        const task = {
          kind: "quantities" as const,
          names: Array.from({ length: inputs }, (_, i) => `q${i}`),
          ...{ center: each(0), spread: each(1), least: each(0), most: each(0), clamps: false },
        };
        const preprocessing = { columns, named: true, encoders };
        const model: Model = { network, classes: [], task, preprocessing, label: undefined };
        const session = await openOnnx(toOnnx(model));
        try {
          const { values } = await runOnnx(session, feedsOf(session, model, rows));
          const ours = loadModel(encodeModel(model)).predict(rows).values;
          const relative = (numbers: Float64Array) => numbers.map((z, i) => z / Math.max(1, Math.abs(ours[i])));
          expect(largestDifference(relative(values!), relative(ours))).toBeLessThan(1e-6);
        } finally {
          await session.release();
        }
      },
    ),
    { numRuns },
  );
});
