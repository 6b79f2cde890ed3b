import { runInNewContext } from "node:vm";
import {
  ACTIVATIONS,
  createNetwork,
  decodeModel,
  encodeModel,
  InputError,
  loadModel,
  type Model,
  type Predictor,
  predict,
  type Row,
  rowEncoder,
} from "@scratch-nn/core";
import { KERNEL_NAMES } from "@scratch-nn/core/engine";
import { loadModel as loadPlainModel } from "@scratch-nn/core/predict";
import { describe, expect, it } from "vitest";
import { someExamples } from "../support/examples.ts";
import { mixedModel, mixedRows } from "../support/mixed-model.ts";

const LOADERS = { "@scratch-nn/core": loadModel, "@scratch-nn/core/predict": loadPlainModel };

/** The rows' inputs, and the result of core's predict on them. */
function byHand(
  { network, preprocessing }: Model,
  rows: readonly unknown[][],
  kernels: "plain" | "simd128" | "simd256",
) {
  const encoder = rowEncoder(preprocessing);
  const X = new Float32Array(encoder.inputs * rows.length);
  for (const [r, row] of rows.entries()) {
    const cells = row.map((cell) => (typeof cell === "boolean" ? String(cell) : cell));
    encoder.encode(cells as string[], X, r * encoder.inputs);
  }
  return predict(network, X, { scale: encoder.scale, kernels });
}

describe.each(Object.entries(LOADERS))("loadModel of %s", (_, load) => {
  const model = mixedModel();
  const bytes = encodeModel(model);
  const predictor = load(bytes);
  const rows = mixedRows(300);
  const names = model.preprocessing.columns;
  const asObject = (row: readonly unknown[]) => Object.fromEntries(row.map((cell, k) => [names[k], cell]));

  it("says what it takes and gives", () => {
    expect(predictor.columns).toEqual(names);
    expect(predictor.classes).toEqual(["jung", "Mitglied", "alt"]);
    expect(predictor.label).toBe("group");
  });

  it.each(KERNEL_NAMES)("gives the bits of predict with the kernels %s", (kernels) => {
    const expected = byHand(model, rows, kernels);
    const found = predictor.predict(rows);
    expect(found.probabilities).toEqual(expected.probabilities);
    expect(found.indices).toEqual(expected.classes);
    expect(found.classes).toEqual(Array.from(expected.classes, (k) => model.classes[k]));
    expect(new Set(found.classes).size).toBe(3);
  });

  it.each(ACTIVATIONS)("gives the same bits of any depth and width, %s", (activation) => {
    for (const hidden of [[], [15], [16], [33, 7, 18]]) {
      const other = mixedModel(activation, hidden);
      const { probabilities } = load(encodeModel(other)).predict(rows.slice(0, 257));
      expect(probabilities).toEqual(byHand(other, rows.slice(0, 257), "plain").probabilities);
    }
  });

  it("takes objects, in any order, whatever else they have", () => {
    const objects = rows.map((row) => ({ other: {}, ...asObject(row.toReversed()), ...asObject(row) }));
    const bare = rows.map((row) => Object.assign(Object.create(null), asObject(row)));
    const foreign = runInNewContext("JSON.parse(text)", { text: JSON.stringify(rows.map(asObject)) });
    for (const form of [objects, bare]) expect(predictor.predict(form)).toEqual(predictor.predict(rows));
    // JSON omits undefined values, so the column is missing rather than the cell.
    expect(() => predictor.predict(foreign)).toThrow(/the column "(age|town)"/);
    expect(predictor.predict(rows.map(asObject).map(({ id, ...row }) => row))).toEqual(predictor.predict(rows));
  });

  it("reads cells as a CSV has them", () => {
    const text = rows.map((row) => row.map((cell) => (cell === undefined ? " NA " : ` ${String(cell)}`)));
    expect(predictor.predict(text)).toEqual(predictor.predict(rows));
    const values = rows.map(([age, id, joined, ...more]) => [age ?? null, id, new Date(String(joined)), ...more]);
    expect(predictor.predict(values)).toEqual(predictor.predict(rows));
  });

  it("gives a row the same probabilities whatever comes with it", () => {
    const all = predictor.predict(rows).probabilities;
    for (const r of [0, 7, 299])
      expect(predictor.predict([rows[r]]).probabilities).toEqual(all.slice(3 * r, 3 * r + 3));
  });

  it("gives nothing for nothing", () => {
    const nothing = {
      classes: [],
      indices: new Uint16Array(0),
      probabilities: new Float32Array(0),
      values: new Float64Array(0),
    };
    expect(predictor.predict([])).toEqual(nothing);
    expect(predictor.predictColumns([])).toEqual(nothing);
  });

  it.each<[string, unknown, RegExp]>([
    ["no array", { age: 3 }, /^rows: expected an array of rows, found an object/],
    ["a typed array", new Float32Array(5), /^rows: expected an array of rows, found .*Float32Array.*pass \[row\]/],
    ["a row that is a number", [3], /^rows\[0\]: expected an array, a typed array or an object, found 3/],
    ["a row that is text", ["a,b"], /^rows\[0\]: expected an array.*found "a,b"/],
    ["a row that is null", [null], /^rows\[0\]: .*found null/],
    ["a map", [new Map([["age", 3]])], /^rows\[0\]: .*Map/],
    ["a data view", [new DataView(new ArrayBuffer(5))], /^rows\[0\]: .*DataView/],
    ["too few cells", [rows[0], [1, 2]], /^rows\[1\]: expected 5 cells, one for each column, found 2/],
    [
      "an object without a column",
      [{ age: 3, town: "Rom" }],
      /^rows\[0\]: expected the column "joined", found only "age"/,
    ],
    [
      "a column of the prototype",
      [Object.create(asObject(rows[0]))],
      /^rows\[0\]: expected the column "age", found none/,
    ],
    ["a word for a number", [[..."x".repeat(5)]], /^rows\[0\], column "age": expected a number/],
    [
      "an object in a cell",
      [[{}, 1, "2024-01-01", true, "a"]],
      /^rows\[0\], column "age": expected a number, .*an object/,
    ],
    ["an infinity", [[Infinity, 1, "2024-01-01", true, "a"]], /^rows\[0\], column "age": .*Infinity/],
    ["no date", [rows[0], [1, 1, "soon", true, "a"]], /^rows\[1\], column "joined": expected a date .*found "soon"/],
  ])("refuses %s", (_, wrong, message) => {
    expect(() => predictor.predict(wrong as Row[])).toThrow(InputError);
    expect(() => predictor.predict(wrong as Row[])).toThrow(message);
  });
});

describe.each(Object.entries(LOADERS))("predictColumns of %s", (_, load) => {
  const network = createNetwork({ layers: [9, 6, 4], seed: 5 });
  const { X } = someExamples(9, 700, 4, "bytes");
  const columns = Array.from({ length: 9 }, (_, k) => `pixel${k}`);
  const classes = ["a", "b", "c", "d"];
  const pixels = [{ kind: "pixels", column: 0, count: 9, factor: 1 / 255 }] as const;
  const predictor: Predictor = load(
    encodeModel({ network, classes, label: undefined, preprocessing: { columns, named: true, encoders: pixels } }),
  );
  const expected = predict(network, X).probabilities;

  it("takes numbers of any type and realm, raw, a column per example", () => {
    const forms = [X, [...X], Uint8ClampedArray.from(X), Float64Array.from(X), Int32Array.from(X), Buffer.from(X)];
    const foreign = runInNewContext("[Uint8Array.from(X), Float32Array.from(X), [...X]]", { X });
    for (const form of [...forms, ...foreign]) expect(predictor.predictColumns(form).probabilities).toEqual(expected);
    const rows = Array.from({ length: 700 }, (_, c) => X.subarray(9 * c, 9 * c + 9));
    expect(predictor.predict(rows).probabilities).toEqual(expected);
  });

  it("takes a missing pixel for 0", () => {
    const [zero, missing] = [0, Number.NaN].map((x) => predictor.predictColumns([x, 1, 2, 3, 4, 5, 6, 7, 8]));
    expect(missing).toEqual(zero);
  });

  it.each<[string, unknown, RegExp]>([
    ["half a column", new Uint8Array(13), /^X: expected an array of numbers, 9 for each example, found 13 numbers/],
    ["rows", [X.subarray(0, 9)], /^X: expected an array of numbers.*found an array of 1/],
    ["words", Array(9).fill("1"), /^X: expected an array of numbers/],
    ["big integers", new BigInt64Array(9), /^X: expected an array of numbers.*BigInt64Array/],
    ["a data view", new DataView(new ArrayBuffer(9)), /^X: .*DataView/],
    ["an object", { length: 9 }, /^X: .*an object/],
    ["nothing", undefined, /^X: .*undefined/],
    ["an infinity", [1, 2, 3, 4, Infinity, 6, 7, 8, 9], /^examples\[0\], column "pixel4": .*Infinity/],
  ])("refuses %s", (_, wrong, message) => {
    expect(() => predictor.predictColumns(wrong as number[])).toThrow(InputError);
    expect(() => predictor.predictColumns(wrong as number[])).toThrow(message);
  });
});

describe("a predictor with much to do", () => {
  it("gives the bits of the plain kernels, encoding a part of the rows at a time", () => {
    const { X } = someExamples(784, 3000, 4, "bytes");
    const network = createNetwork({ layers: [784, 20, 4], seed: 5 });
    const columns = Array.from({ length: 784 }, (_, k) => String(k + 1));
    const preprocessing = {
      columns,
      named: false,
      encoders: [{ kind: "pixels", column: 0, count: 784, factor: 0.01 }],
    };
    const file = encodeModel({ network, classes: ["a", "b", "c", "d"], label: undefined, preprocessing } as Model);
    const expected = predict(network, X, { scale: 0.01, kernels: "plain" });
    for (const load of Object.values(LOADERS)) {
      const found = load(file).predictColumns(X);
      expect(found.probabilities).toEqual(expected.probabilities);
      expect(found.indices).toEqual(expected.classes);
    }
    expect(decodeModel(file).preprocessing).toEqual(preprocessing);
  });
});
