/** Properties of the model reader, for fast-check: a file with random changes is refused, or gives what it contains. */
import { createNetwork, decodeModel, encodeModel, InputError, type Model, rowEncoder } from "@scratch-nn/core";
import fc from "fast-check";
import { expect } from "vitest";
import { changeSomewhere, EDITS, editedText, type FileProperty, ODD_VALUES, STEPS } from "./edits.ts";
import { joinModel, type ModelHeader, splitModel } from "./model-files.ts";

/** Hidden layers of equal shapes: tensors that change places still have the right sizes. */
const MODEL: Model = {
  network: createNetwork({ layers: [9, 3, 3, 3, 2], init: "notes" }),
  classes: ["a", "b"],
  preprocessing: {
    columns: ["n", "d", "c"],
    named: true,
    encoders: [
      { kind: "number", column: 0, center: 1, spread: 2, clips: true, fill: 1, marksMissing: true },
      { kind: "date", column: 1, order: "ymd", center: 1, spread: 2, clips: false, fill: 1, marksMissing: false },
      { kind: "category", column: 2, levels: ["x", "y"], missing: true, other: true },
      { kind: "bins", column: 0, knots: [0, 1, 3], fill: 1 },
    ],
  },
  label: "l",
};
const FILE = encodeModel(MODEL);
const { header: HEADER, data: DATA } = splitModel(FILE);

/** Expects either an InputError with all its parts, or a model that can be used, encoded and decoded again. */
function readOrRefuse(bytes: Uint8Array): Model | undefined {
  let read: Model;
  try {
    read = decodeModel(bytes);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { where, expected, found, remedy } = error.fault;
    expect([where, expected, found, remedy].every((part) => part.length > 0)).toBe(true);
    expect(error.message.length).toBeLessThan(600);
    return undefined;
  }
  expect(rowEncoder(read.preprocessing).inputs).toBe(read.network.layers[0]);
  expect(decodeModel(encodeModel(read))).toEqual(read);
  return read;
}

/** Expects the model to equal its file: the tensors by name, shape and offset, the strings by name. */
function expectAsWritten(read: Model, bytes: Uint8Array): void {
  const { header, data } = splitModel(bytes);
  const strings = header.__metadata__;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let l = 1; l < read.network.layers.length; l++) {
    for (const [name, values] of [
      [`W${l}`, read.network.W[l]],
      [`b${l}`, read.network.b[l]],
    ] as const) {
      const { shape, data_offsets } = header[name] as { shape: number[]; data_offsets: number[] };
      const [units, inputs] = [read.network.layers[l], read.network.layers[l - 1]];
      expect(shape.map(Number)).toEqual(name.startsWith("W") ? [units, inputs] : [units]);
      expect(Array.from(values, (_, i) => view.getFloat32(data_offsets[0] + 4 * i, true))).toEqual([...values]);
    }
  }
  expect(Object.keys(header)).toHaveLength(2 * read.network.layers.length - 1);
  expect(JSON.parse(strings["layers"])).toEqual(read.network.layers);
  expect(strings["activation"]).toBe(read.network.activation);
  expect(JSON.parse(strings["classes"])).toEqual(read.classes);
  if (strings["format"] === "scratch-nn 1") return;
  // The reader reads -0 as 0.
  const written = JSON.parse(JSON.stringify(JSON.parse(strings["preprocessing"])));
  expect(written).toMatchObject(read.preprocessing);
  expect(strings["label"]).toBe(read.label);
}

/** Expects an error or a model: with a checksum the original model, without one the model that the file describes. */
function expectRefusedOr(bytes: Uint8Array, isChecked: boolean): void {
  const read = readOrRefuse(bytes);
  if (read === undefined) return;
  // A change of the checksum's name leaves a file without a checksum.
  const hasChecksum = isChecked && splitModel(bytes).header.__metadata__["crc32"] !== undefined;
  if (hasChecksum) expect(read).toEqual(decodeModel(FILE));
  expectAsWritten(read, bytes);
}

function withoutChecksum(): ModelHeader {
  const header = structuredClone(HEADER);
  delete header.__metadata__["crc32"];
  return header;
}

function headersOfText(isChecked: boolean) {
  const text = JSON.stringify(isChecked ? HEADER : withoutChecksum());
  return fc.property(EDITS, fc.boolean(), (edits, byToken) => {
    expectRefusedOr(joinModel(editedText(text, edits, byToken), DATA), isChecked);
  });
}

/** Puts any value anywhere into a JSON header, also inside metadata that are JSON themselves. */
function headersOfAnything() {
  const header = withoutChecksum();
  const metadata: Record<string, unknown> = { ...header.__metadata__ };
  for (const name of ["layers", "classes", "preprocessing"]) metadata[name] = JSON.parse(header.__metadata__[name]);
  const whole = { ...header, __metadata__: metadata };
  const odd = fc.oneof(ODD_VALUES, fc.constantFrom(...Object.values(header)));
  return fc.property(STEPS, odd, fc.boolean(), (steps, value, removes) => {
    const changed: Record<string, unknown> = structuredClone(whole);
    changeSomewhere(changed, steps, value, removes);
    const strings = changed["__metadata__"];
    if (typeof strings === "object" && strings !== null) {
      for (const [name, part] of Object.entries(strings)) {
        if (typeof part === "object") (strings as Record<string, unknown>)[name] = JSON.stringify(part);
      }
    }
    expectRefusedOr(joinModel(changed, DATA), false);
  });
}

/** Changes one byte of the file. */
function filesWithAByteChanged() {
  return fc.property(fc.nat(FILE.length - 1), fc.integer({ min: 1, max: 255 }), (at, difference) => {
    const bytes = FILE.slice();
    bytes[at] ^= difference;
    expectRefusedOr(bytes, true);
  });
}

function bytesOfAnyKind() {
  return fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
    expect(readOrRefuse(bytes)).toBeUndefined();
  });
}

export const MODEL_PROPERTIES: readonly FileProperty[] = [
  { name: "a model file with a byte changed is refused, or reads as it was", property: filesWithAByteChanged },
  { name: "bytes of any kind are refused", property: bytesOfAnyKind },
  {
    name: "a header whose text is changed is refused, or gives the model that it was",
    property: () => headersOfText(true),
  },
  {
    name: "a header without a checksum whose text is changed is refused, or gives what is written there",
    property: () => headersOfText(false),
  },
  {
    name: "a header with anything anywhere is refused, or gives what is written there",
    property: headersOfAnything,
  },
];
