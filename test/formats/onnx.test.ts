import { ACTIVATIONS, encodeModel, InputError, loadModel, type Model, taskOf } from "@scratch-nn/core";
import { toOnnx } from "@scratch-nn/formats";
import { Tensor } from "onnxruntime-web";
import { describe, expect, it } from "vitest";
import { EVERY_ENCODER, everyModel, everyRow, untrained } from "../support/every-encoder.ts";
import { mixedModel, mixedRows } from "../support/mixed-model.ts";
import { feedsOf, largestDifference, openOnnx, runOnnx } from "../support/onnx-runtime.ts";

/** The most by which probabilities differ, since the sums have another order. */
const TOLERANCE = 1e-5;

const PIXELS: Model = {
  network: untrained([12, 20, 3]),
  classes: ["0", "1", "2"],
  preprocessing: {
    columns: Array.from({ length: 12 }, (_, i) => String(i + 1)),
    named: false,
    encoders: [{ kind: "pixels", column: 0, count: 12, factor: 1 / 255 }],
  },
  label: undefined,
};

async function expectAlike(
  model: Model,
  rows: (number | string | undefined)[][],
  tolerance = TOLERANCE,
): Promise<void> {
  const session = await openOnnx(toOnnx(model));
  const found = await runOnnx(session, feedsOf(session, model, rows));
  const ours = loadModel(encodeModel(model)).predict(rows);
  const task = taskOf(model);
  if (task.kind === "quantities") {
    // Relative to the spread of the quantities.
    const scaled = (values: Float64Array) => values.map((value, i) => value / task.spread[i % task.spread.length]);
    expect(largestDifference(scaled(found.values!), scaled(ours.values))).toBeLessThan(tolerance);
    return;
  }
  expect(largestDifference(found.probabilities!, ours.probabilities)).toBeLessThan(tolerance);
  if (task.kind === "classes") expect(found[session.outputNames[0]]).toEqual(ours.classes);
  else expect([...found.labels!]).toEqual([...ours.indices]);
}

describe("ONNX Runtime, from raw columns,", () => {
  it("answers as core does, whatever is asked for: numbers, words, days, gaps, words that training never saw", async () => {
    for (const model of Object.values(everyModel())) await expectAlike(model, everyRow(200));
  });

  it("computes every activation", async () => {
    // An ensemble with a network for each activation: a wrong activation would change the mean by far more.
    const model = everyModel().classes;
    const members = ACTIVATIONS.map((activation) => ({
      network: everyModel(activation).classes.network,
      weight: Math.fround(1 / ACTIVATIONS.length),
    }));
    await expectAlike({ ...model, network: members[0].network, members }, everyRow(50), 1e-6);
  });

  it("tells the classes of a trained network", async () => {
    const rows = mixedRows(300).map((row) => row.map((cell) => (typeof cell === "boolean" ? String(cell) : cell)));
    await expectAlike(mixedModel(), rows as (number | string | undefined)[][]);
  });

  it("takes pixels as one tensor, and a missing one for none", async () => {
    const session = await openOnnx(toOnnx(PIXELS));
    expect(session.inputMetadata).toEqual([{ name: "pixels", isTensor: true, type: "float32", shape: ["N", 12] }]);
    const X = Float32Array.from({ length: 12 * 30 }, (_, i) => (i % 97 === 0 ? Number.NaN : (i * i * 31) % 256));
    const found = await runOnnx(session, { pixels: new Tensor("float32", X, [30, 12]) });
    const ours = loadModel(encodeModel(PIXELS)).predictColumns(X);
    expect(found.label).toEqual(ours.classes);
    expect(largestDifference(found.probabilities!, ours.probabilities)).toBeLessThan(TOLERANCE);
  });

  it("takes a word as tables and data frames spell it", async () => {
    const model = everyModel().classes;
    const session = await openOnnx(toOnnx(model));
    const [row] = everyRow(1);
    const spelt = (changes: Record<number, string>) => row.map((cell, column) => changes[column] ?? cell);
    const rows = [
      [spelt({ 5: "true" }), spelt({ 5: "True" }), spelt({ 5: "TRUE" })],
      [spelt({ 6: "7" }), spelt({ 6: "7.0" })],
      [spelt({ 5: "" }), spelt({ 5: "NA" }), spelt({ 5: "Unknown" })],
      [spelt({ 6: "" }), spelt({ 6: "None" })],
    ];
    for (const alike of rows) {
      const { probabilities } = await runOnnx(session, feedsOf(session, model, alike));
      for (let r = 1; r < alike.length; r++) {
        expect(probabilities!.subarray(3 * r, 3 * r + 3)).toEqual(probabilities!.subarray(0, 3));
      }
    }
  });
});

describe("an ONNX file", () => {
  it("has an input for each column that the network uses, by its name, and names that nothing else has", async () => {
    const session = await openOnnx(toOnnx(everyModel().classes));
    expect(session.inputNames).toEqual(EVERY_ENCODER.columns.filter((name) => name !== "id"));
    // A column has the name "label".
    expect(session.outputNames).toEqual(["label_2", "probabilities"]);
  });

  it("keeps names apart, whatever columns are called", async () => {
    const odd = ["", "A0", "A0_2", "probabilities", "\ud800", "\ud801", "numbers.x", "W1", "column 1", "b\u0000"];
    const encoders = odd.map((_, column) => {
      return { kind: "number", column, center: 0, spread: 1, clips: true, fill: 0, marksMissing: false } as const;
    });
    const model: Model = {
      ...PIXELS,
      preprocessing: { columns: odd, named: true, encoders },
      network: untrained([10, 3]),
    };
    const session = await openOnnx(toOnnx(model));
    expect(new Set(session.inputNames).size).toBe(10);
    expect(session.inputNames.slice(0, 4)).toEqual(["column 1", "A0", "A0_2", "probabilities"]);
    expect(session.outputNames).toEqual(["label", "probabilities_2"]);
    const feeds = Object.fromEntries(
      session.inputNames.map((name, i) => [name, new Tensor("float64", [i - 3], [1, 1])] as const),
    );
    const { label } = await runOnnx(session, feeds);
    expect(label).toEqual(loadModel(encodeModel(model)).predict([odd.map((_, i) => i - 3)]).classes);
  });

  it("names weights and layers as the notes do, and says what it was made for", () => {
    const file = toOnnx(PIXELS);
    for (const name of ["pixels", "A0", "W1", "b1", "Z1", "A1", "W2", "b2", "Z2", "probabilities", "label"]) {
      expect(holds(file, name), name).toBe(true);
    }
    expect(holds(file, '{"kind":"classes","classes":["0","1","2"]}')).toBe(true);
    expect(holds(toOnnx(everyModel().ensemble), "M1.W1")).toBe(true);
  });

  it("is the same for the same model", () => {
    const { ensemble } = everyModel();
    expect(toOnnx(ensemble)).toEqual(toOnnx(ensemble));
  });

  it("is refused where a column would be a number and a word", () => {
    const model = everyModel().classes;
    const encoders = model.preprocessing.encoders.map((encoder) =>
      encoder.kind === "category" && encoder.column === 6 ? { ...encoder, column: 0 } : encoder,
    );
    expect(() => toOnnx({ ...model, preprocessing: { ...EVERY_ENCODER, encoders } })).toThrow(
      new InputError({
        where: 'column "age"',
        expected: "one kind of value, as an input of ONNX has one type",
        found: "encoders of a number and of a word",
        remedy: "train with one of the two, or export to js, whose cells may be anything",
      }),
    );
  });
});

/** Whether a protobuf file contains a text of less than 128 bytes, preceded by its length. */
const holds = (file: Uint8Array, text: string): boolean =>
  Buffer.from(file).includes(Buffer.from([text.length, ...Buffer.from(text)]));
