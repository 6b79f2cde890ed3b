/**
 * Properties of the import of weights, for fast-check: a file with random changes is refused, or gives what it
 * contains.
 */
import { createNetwork, encodeModel, InputError, type Model, rowEncoder } from "@scratch-nn/core";
import { type ImportSettings, importModel, toNpz, toSafetensors } from "@scratch-nn/formats";
import fc from "fast-check";
import { expect } from "vitest";
import { directoryEntry, npyOf, npzOf, safetensorsOf, type WrittenArray, zipOf } from "./array-files.ts";
import { changeSomewhere, EDITS, editedBytes, editedText, type FileProperty, ODD_VALUES, STEPS } from "./edits.ts";
import { joinModel, splitModel } from "./model-files.ts";

/** Layers of equal shapes: arrays that change places still have the right sizes. */
const MODEL: Model = {
  network: createNetwork({ layers: [3, 3, 3, 2], activation: "tanh" }),
  classes: ["a", "b"],
  preprocessing: {
    columns: ["n", "c"],
    named: true,
    encoders: [
      { kind: "number", column: 0, center: 1, spread: 2, clips: true, fill: 1, marksMissing: false },
      { kind: "category", column: 1, levels: ["x", "y"], missing: false, other: false },
    ],
  },
  label: "l",
};
const NPZ = toNpz(MODEL);
const SAFETENSORS = toSafetensors(MODEL);

/** Expects either an InputError with all its parts, or a model that can be used, encoded and imported again. */
function importOrRefuse(bytes: Uint8Array, settings?: ImportSettings): Model | undefined {
  let read: Model;
  try {
    read = importModel(bytes, "w", settings).model;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { where, expected, found, remedy } = error.fault;
    expect([where, expected, found, remedy].every((part) => part.length > 0)).toBe(true);
    expect(error.message.length).toBeLessThan(900);
    return undefined;
  }
  expect(read.network.parameters.every(Number.isFinite)).toBe(true);
  expect(rowEncoder(read.preprocessing).inputs).toBe(read.network.layers[0]);
  encodeModel(read);
  expect(importModel(toSafetensors(read), "w").model).toEqual(importModel(toNpz(read), "w").model);
  return read;
}

function expectRefusedOrAsItWas(bytes: Uint8Array): void {
  const read = importOrRefuse(bytes);
  if (read !== undefined) expect(read).toEqual(MODEL);
}

function bytesChanged(file: Uint8Array) {
  return fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, difference) => {
    const bytes = file.slice();
    bytes[at] ^= difference;
    expectRefusedOrAsItWas(bytes);
  });
}

const W: WrittenArray = { shape: [3, 2], values: [1, 2, 3, 4, 5, 6] };
const b: WrittenArray = { shape: [3], values: [7, 8, 9] };
const DEFLATED = npzOf(
  { W1: { shape: [9, 2], values: new Array(18).fill(1) }, b1: { shape: [9], values: new Array(9).fill(0) } },
  6,
);
const DEFLATED_MODEL = importModel(DEFLATED, "w").model;

function deflatedBytesChanged() {
  return fc.property(EDITS, (edits) => {
    const read = importOrRefuse(editedBytes(DEFLATED, edits));
    if (read !== undefined) expect(read).toEqual(DEFLATED_MODEL);
  });
}

/** Changes the zip's central directory, which holds sizes, offsets and names. */
function directoriesChanged() {
  const start = directoryEntry(NPZ, 0);
  return fc.property(EDITS, (edits) => {
    expectRefusedOrAsItWas(Buffer.concat([NPZ.subarray(0, start), editedBytes(NPZ.subarray(start), edits)]));
  });
}

const NPY_HEADER = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }";

/** Changes the header's text; the zip's checksum matches the changed header. */
function npyHeaders() {
  return fc.property(EDITS, fc.boolean(), (edits, byToken) => {
    const header = editedText(NPY_HEADER, edits, byToken);
    const array = /[^\0-\xff]/.test(header) ? npyOf(W) : npyOf(W, header);
    const read = importOrRefuse(zipOf({ "W1.npy": array, "b1.npy": npyOf(b) }));
    if (read === undefined) return;
    const numbers = [...read.network.W[1]].toSorted((x, y) => x - y);
    if (header.includes("<f4")) expect(numbers).toEqual(W.values);
    expect(read.network.layers[1]).toBe(3);
  });
}

/** Safetensors as other programs write it: without metadata or checksum. */
const FOREIGN = splitModel(
  safetensorsOf({ "0.bias": b, "0.weight": W, "2.weight": { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] } }),
);

/** Expects the network to have the numbers that the header refers to. */
function expectAsWritten(read: Model, bytes: Uint8Array): void {
  const { header, data } = splitModel(bytes);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const found = Object.entries(header).flatMap(([name, value]) => {
    if (name === "__metadata__") return [];
    const { dtype, data_offsets } = value as { readonly dtype: string; readonly data_offsets: readonly number[] };
    const [from, to] = data_offsets;
    const size = { F64: 8, F32: 4 }[dtype] ?? 2;
    const numbers = Array.from({ length: (to - from) / size }, (_, i) =>
      size === 8
        ? Math.fround(view.getFloat64(from + 8 * i, true))
        : size === 4
          ? view.getFloat32(from + 4 * i, true)
          : Number.NaN,
    );
    return size === 2 ? [] : numbers;
  });
  const parameters = new Set(read.network.parameters);
  // Each number in the file is a parameter. Further parameters are biases that the file does not have.
  for (const number of found) expect(parameters.has(number)).toBe(true);
  expect(read.network.parameters.length).toBeGreaterThanOrEqual(found.length);
}

function safetensorsHeadersOfText() {
  const text = JSON.stringify(FOREIGN.header);
  return fc.property(EDITS, fc.boolean(), (edits, byToken) => {
    const bytes = joinModel(editedText(text, edits, byToken), FOREIGN.data);
    const read = importOrRefuse(bytes);
    if (read !== undefined) expectAsWritten(read, bytes);
  });
}

function safetensorsHeadersOfAnything() {
  const odd = fc.oneof(ODD_VALUES, fc.constantFrom<unknown>(...Object.values(FOREIGN.header)));
  return fc.property(STEPS, odd, fc.boolean(), (steps, value, removes) => {
    const changed: Record<string, unknown> = structuredClone({ ...FOREIGN.header, __metadata__: { format: "pt" } });
    changeSomewhere(changed, steps, value, removes);
    const bytes = joinModel(changed, FOREIGN.data);
    const read = importOrRefuse(bytes);
    if (read !== undefined) expectAsWritten(read, bytes);
  });
}

/** Puts any value anywhere into the metadata of our own files. */
function descriptionsOfAnything() {
  const { header, data } = splitModel(SAFETENSORS);
  const strings: Record<string, unknown> = { ...header.__metadata__ };
  for (const name of ["layers", "task", "preprocessing"]) strings[name] = JSON.parse(header.__metadata__[name]);
  return fc.property(STEPS, ODD_VALUES, fc.boolean(), (steps, value, removes) => {
    const changed: Record<string, unknown> = structuredClone(strings);
    changeSomewhere(changed, steps, value, removes);
    const said = Object.entries(changed).map(([name, part]) => [
      name,
      typeof part === "object" ? JSON.stringify(part) : part,
    ]);
    const read = importOrRefuse(joinModel({ ...header, __metadata__: Object.fromEntries(said) }, data));
    if (read === undefined) return;
    const isOurs = changed["scratch-nn"] === "weights 1";
    expect(read.network.parameters).toEqual(MODEL.network.parameters);
    if (isOurs) expect(read.preprocessing).toMatchObject(changed["preprocessing"] as object);
  });
}

const NAMES = fc.constantFrom(
  ..."0.weight 0.bias 1.weight 1.bias 2.weight 00.weight a.weight b.weight b.bias".split(" "),
  ..."dense/kernel:0 dense/bias:0 dense_1/kernel dense_1/bias W1 b1 W2 b2 w_1 arr_0 arr_1 arr_2 arr_3".split(" "),
  ..."weight bias kernel __proto__ steps metadata".split(" "),
);
const SHAPES = fc.oneof(
  fc.constantFrom<number[]>([2, 3], [3, 2], [3], [2], [3, 3]),
  fc.array(fc.nat(3), { maxLength: 4 }),
);
const FLAGS = fc.record<ImportSettings>(
  {
    layout: fc.constantFrom("pytorch", "keras"),
    layers: fc.array(fc.constantFrom("0", "1", "a", "b", "dense", "", "arr_0"), { maxLength: 3 }),
    output: fc.constantFrom("softmax", "sigmoid", "identity"),
    classes: fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 3 }),
    label: fc.array(fc.constantFrom("a", "1", "4"), { maxLength: 2 }),
    columns: fc.array(fc.constantFrom("a", "x", "y", "z"), { maxLength: 3 }),
    scale: fc.constantFrom(0, 0.5, Number.NaN, 1e300),
    center: fc.array(fc.double(), { maxLength: 3 }),
    spread: fc.array(fc.double(), { maxLength: 3 }),
  },
  { requiredKeys: [] },
);

/**
 * Imports arrays of any names and shapes with any flags. Without `layers`, an accepted file's arrays are all
 * parameters.
 */
function arraysOfAnyNames() {
  const array = fc.record({ name: NAMES, shape: SHAPES });
  const arrays = fc.uniqueArray(array, { selector: ({ name }) => name, minLength: 1, maxLength: 5 });
  return fc.property(arrays, FLAGS, fc.boolean(), (list, flags, asNpz) => {
    const written = list.map(({ name, shape }, k): [string, WrittenArray] => {
      const size = shape.reduce((product, length) => product * length, 1);
      return [name, { shape, values: Array.from({ length: size }, (_, i) => k + i / 64) }];
    });
    const file = Object.fromEntries(written);
    const read = importOrRefuse(asNpz ? npzOf(file) : safetensorsOf(file), flags);
    if (read === undefined) return;
    const sizes = written.map(([, { values }]) => values.length);
    const taken = read.network.parameters.length;
    if (flags.layers === undefined) {
      const biases = read.network.layers.slice(1).reduce((sum, units) => sum + units, 0);
      const all = sizes.reduce((sum, size) => sum + size, 0);
      expect(all).toBeLessThanOrEqual(taken);
      expect(all).toBeGreaterThanOrEqual(taken - biases);
    } else expect(read.network.layers).toHaveLength(flags.layers.length + 1);
  });
}

function bytesOfAnyKind() {
  const beginnings = fc.constantFrom("", "PK\x03\x04", "PK\x05\x06", "\x08\0\0\0\0\0\0\0{}", "\x93NUMPY\x01\0");
  return fc.property(beginnings, fc.uint8Array({ maxLength: 64 }), (beginning, bytes) => {
    expect(importOrRefuse(Buffer.concat([Buffer.from(beginning, "latin1"), bytes]))).toBeUndefined();
  });
}

export const ARRAY_PROPERTIES: readonly FileProperty[] = [
  { name: "an npz of ours with a byte changed is refused, or reads as it was", property: () => bytesChanged(NPZ) },
  { name: "an npz whose directory is changed is refused, or reads as it was", property: directoriesChanged },
  { name: "a deflated npz that is changed is refused, or reads as it was", property: deflatedBytesChanged },
  { name: "an npy header whose text is changed is refused, or has the numbers that are there", property: npyHeaders },
  {
    name: "a safetensors header whose text is changed is refused, or gives what is there",
    property: safetensorsHeadersOfText,
  },
  {
    name: "a safetensors header with anything anywhere is refused, or gives what is there",
    property: safetensorsHeadersOfAnything,
  },
  {
    name: "what our files say with anything anywhere is refused, or is what they say",
    property: descriptionsOfAnything,
  },
  { name: "arrays of any names and shapes, with any flags, are refused or all taken", property: arraysOfAnyNames },
  { name: "bytes of any kind are refused", property: bytesOfAnyKind },
];
