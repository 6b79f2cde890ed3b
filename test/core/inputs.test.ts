import { runInNewContext } from "node:vm";
import * as core from "@scratch-nn/core";
import { describe, expect, it } from "vitest";
import { weightsSha256 } from "../support/digest.ts";
import { someExamples } from "../support/examples.ts";

const CLASSES = ["cat", "dog", "1"];
const bytes = someExamples(16, 60, 3, "bytes");
const floats = someExamples(16, 60, 3, "floats");
const words = Array.from(bytes.labels, (k) => CLASSES[k]);

/** The results of training and testing on the examples, as text. */
function outcome(examples: core.Examples): string {
  const network = core.createNetwork({ layers: [16, 8, 3] });
  core.fit(network, examples, { epochs: 3, batchSize: 20 });
  const { loss, confusion } = core.evaluate(network, examples);
  const { loss: gradientLoss } = core.gradientOf(network, examples);
  return [weightsSha256(network), loss, confusion!.rows().join(), gradientLoss].join(" ");
}

/** An array of this type from another realm, such as that of an iframe or a vm. */
function foreign(type: string, values: ArrayLike<number>): never {
  return runInNewContext(`${type}.from(values)`, { values: Array.from(values) }) as never;
}

describe("features are taken for what they are:", () => {
  const ofBytes = outcome(bytes);
  const ofFloats = outcome(floats);
  const buffer = Buffer.from(bytes.X);

  it.each<[string, core.Numbers]>([
    ["a Uint8ClampedArray, as a canvas gives it", Uint8ClampedArray.from(bytes.X)],
    ["a Buffer", buffer],
    ["a Uint8Array of another realm", foreign("Uint8Array", bytes.X)],
    ["a Uint8ClampedArray of another realm", foreign("Uint8ClampedArray", bytes.X)],
  ])("%s is bytes", (_, X) => {
    expect(outcome({ ...bytes, X })).toBe(ofBytes);
    const network = core.createNetwork({ layers: [16, 8, 3] });
    expect(core.predict(network, X)).toEqual(core.predict(network, bytes.X));
  });

  it.each<[string, core.Numbers]>([
    ["number[]", [...floats.X]],
    ["a Float64Array", Float64Array.from(floats.X)],
    ["a Float32Array of another realm", foreign("Float32Array", floats.X)],
    ["a Float64Array of another realm", foreign("Float64Array", floats.X)],
    ["an array of another realm", foreign("Array", floats.X)],
  ])("%s is floats", (_, X) => {
    expect(outcome({ ...floats, X })).toBe(ofFloats);
    const network = core.createNetwork({ layers: [16, 8, 3] });
    expect(core.predict(network, X)).toEqual(core.predict(network, floats.X));
  });

  it.each([Int16Array, Uint16Array, Int32Array, Uint32Array])("%o wants a scale, and has it applied", (Type) => {
    const X = Type.from(bytes.X);
    expect(outcome({ ...bytes, X, scale: 1 / 255 })).toBe(ofBytes);
    expect(() => outcome({ ...bytes, X })).toThrow(
      /^scale: expected a number, since X is of type .*, found none; pass/,
    );
    const network = core.createNetwork({ layers: [16, 8, 3] });
    expect(() => core.predict(network, X)).toThrow(/^scale: /);
    expect(core.predict(network, X, { scale: 1 / 255 })).toEqual(core.predict(network, bytes.X));
  });

  it.each<[string, unknown, RegExp]>([
    [
      "big integers",
      new BigInt64Array(960),
      /^X: expected an array of numbers, .*found a value of type BigInt64Array;/,
    ],
    ["a data view", new DataView(new ArrayBuffer(960)), /^X: .*DataView;/],
    ["a buffer", new ArrayBuffer(960), /^X: .*ArrayBuffer;/],
    ["an object", { length: 960 }, /^X: .*found an object;/],
    ["text", "1,2", /^X: .*found "1,2";/],
    ["nothing", undefined, /^X: .*found undefined;/],
    ["null", null, /^X: .*found null;/],
    ["rows", Array(960).fill([1, 2]), /^X, column 0, feature 0: .*found an array of 2; .*flat/],
    ["words", Array(960).fill("1"), /^X, column 0, feature 0: .*found "1";/],
    ["a hole", [...floats.X.subarray(0, 959), undefined], /^X, column 59, feature 15: .*found undefined;/],
    [
      "what is no f32",
      [...floats.X.subarray(0, 20), 1e39, ...floats.X.subarray(21)],
      /^X, column 1, feature 4: .*1e\+39;/,
    ],
    ["a NaN", Float64Array.from(floats.X).fill(Number.NaN, 7, 8), /^X, column 0, feature 7: .*found NaN;/],
    ["no columns", [], /^X: expected one or more columns of 16 features, found 0 numbers;/],
  ])("%s is refused", (_, X, message) => {
    const network = core.createNetwork({ layers: [16, 8, 3] });
    for (const attempt of [
      () => core.fit(network, { ...floats, X } as core.Examples, { epochs: 1 }),
      () => core.evaluate(network, { ...floats, X } as core.Examples),
      () => core.predict(network, X as number[]),
    ]) {
      expect(attempt).toThrow(core.InputError);
      expect(attempt).toThrow(message);
    }
  });
});

describe("columns", () => {
  const some = [5, 3, 8, 3];
  const expected = outcome({ ...bytes, columns: Uint32Array.from(some) });

  it.each<[string, core.Numbers]>([
    ["an array", some],
    ["a Uint8Array", Uint8Array.from(some)],
    ["a Float64Array", Float64Array.from(some)],
    ["a Uint32Array of another realm", foreign("Uint32Array", some)],
  ])("may be %s", (_, columns) => expect(outcome({ ...bytes, columns })).toBe(expected));

  it.each<[unknown, RegExp]>([
    [[0, 1.5], /^columns\[1\]: expected a whole number from 0 to 59, found 1.5;/],
    [[-1], /^columns\[0\]: .*found -1;/],
    [[60], /^columns\[0\]: .*found 60;/],
    [["1"], /^columns: expected an array of numbers, found an array of 1;/],
    [BigUint64Array.of(1n), /^columns: .*BigUint64Array;/],
    [null, /^columns: .*found null;/],
    [3, /^columns: .*found 3;/],
  ])("%s are refused", (columns, message) => {
    expect(() => outcome({ ...bytes, columns } as core.Examples)).toThrow(message);
  });
});

describe("labels", () => {
  const expected = outcome(bytes);

  it("may be words, where the classes say which is which, in any spelling of a number", () => {
    const spelt = words.map((word, c) => (word === "1" && c % 2 === 0 ? "1.0" : word));
    for (const labels of [words, spelt]) expect(outcome({ ...bytes, labels, classes: CLASSES })).toBe(expected);
    expect(outcome({ ...bytes, classes: CLASSES })).toBe(expected);
    const twins = ["1", "1.0", "2"];
    const named = Array.from(bytes.labels, (k) => twins[k]);
    expect(outcome({ ...bytes, labels: named, classes: twins })).toBe(expected);
  });

  it.each<[string, core.Numbers]>([
    ["an array", [...bytes.labels]],
    ["an Int32Array", Int32Array.from(bytes.labels)],
    ["a Float32Array", Float32Array.from(bytes.labels)],
    ["a Uint16Array of another realm", foreign("Uint16Array", bytes.labels)],
  ])("may be %s", (_, labels) => expect(outcome({ ...bytes, labels })).toBe(expected));

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["words without classes", { labels: words }, /^labels\[0\]: expected a number, .*; pass classes: \[...\]/],
    [
      "an unknown word",
      { labels: ["cow", ...words.slice(1)], classes: CLASSES },
      /^labels\[0\]: expected one of .*"cow"/,
    ],
    [
      "a number among words",
      { labels: [2, ...words.slice(1)], classes: CLASSES },
      /^labels\[0\]: expected a string, .*found 2/,
    ],
    ["too few words", { labels: words.slice(1), classes: CLASSES }, /^labels: expected 60, .*found 59/],
    ["too few classes", { labels: words, classes: ["cat", "dog"] }, /^examples, classes: expected 3, .*found 2/],
    ["classes alike", { labels: words, classes: ["a", "b", "a"] }, /^examples, classes\[2\]: .*"a"/],
    [
      "classes of numbers",
      { labels: words, classes: [1, 2, 3] },
      /^examples, classes\[0\]: expected a string, found 1/,
    ],
    [
      "big integers",
      { labels: new BigInt64Array(60) },
      /^labels: expected an array of numbers or of strings, .*BigInt64Array/,
    ],
    ["an object", { labels: {} }, /^labels: .*found an object/],
    ["nothing", { labels: undefined }, /^labels: .*found undefined/],
    ["half a class", { labels: Array(60).fill(0.5) }, /^labels\[0\]: expected a class from 0 to 2, found 0.5/],
  ])("%s are refused", (_, wrong, message) => {
    const attempt = () => outcome({ ...bytes, ...wrong } as core.Examples);
    expect(attempt).toThrow(core.InputError);
    expect(attempt).toThrow(message);
  });
});
