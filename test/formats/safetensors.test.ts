import { importModel } from "@scratch-nn/formats";
import { describe, expect, it } from "vitest";
import { safetensorsOf, type WrittenArray } from "../support/array-files.ts";
import { joinModel } from "../support/model-files.ts";
import { refusalOf } from "../support/refusal-of.ts";

const WEIGHT: WrittenArray = { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] };
const BIAS: WrittenArray = { shape: [2], values: [7, 8] };

const read = (bytes: Uint8Array) => importModel(bytes, "w.safetensors").model.network;

const refusal = (bytes: Uint8Array): string => refusalOf(() => read(bytes));

describe("a safetensors file", () => {
  it.each(["F32", "F64"])("of %s reads as it was written", (type) => {
    const bytes = safetensorsOf({ "0.bias": { ...BIAS, type }, "0.weight": { ...WEIGHT, type } });
    expect([...read(bytes).parameters]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("of F16 and BF16 reads the same numbers", () => {
    // 1, -2, 0.5, 1.5 in both types.
    const half = [0x3c00, 0xc000, 0x3800, 0x3e00];
    const brain = [0x3f80, 0xc000, 0x3f00, 0x3fc0];
    for (const [type, values] of [
      ["F16", half],
      ["BF16", brain],
    ] as const) {
      expect([...read(safetensorsOf({ weight: { shape: [2, 2], values, type } })).W[1]]).toEqual([1, -2, 0.5, 1.5]);
    }
  });

  it("may hold tensors of other kinds that are not taken", () => {
    const bytes = safetensorsOf({ steps: { shape: [], values: [9], type: "I64" }, "0.weight": WEIGHT });
    expect(refusal(bytes)).toMatch(/"steps": expected the weight or the bias.*I64 \[\]; only Linear/);
    const { model, notes } = importModel(bytes, "w.safetensors", { layers: ["0"] });
    expect(model.network.layers).toEqual([3, 2]);
    expect(notes).toContain('left out: "steps"');
  });
});

describe("a safetensors file is refused", () => {
  const tensor = (shape: unknown, data_offsets: unknown, dtype: unknown = "F32") => ({ dtype, shape, data_offsets });
  const data = new Uint8Array(24);

  it("whose header claims 2^60 bytes", () => {
    const bytes = safetensorsOf({ weight: WEIGHT });
    new DataView(bytes.buffer, bytes.byteOffset).setBigUint64(0, 2n ** 60n, true);
    expect(refusal(bytes)).toContain("found one of 1152921504606847000 bytes in a file of");
  });

  it("wherever it is cut short", () => {
    const whole = safetensorsOf({ weight: WEIGHT });
    for (let length = 0; length < whole.length; length++)
      expect(refusal(whole.subarray(0, length))).toMatch(/expected/);
  });

  it.each<[string, unknown, string]>([
    [
      "that leaves a hole",
      { weight: tensor([2, 1], [16, 24]), bias: tensor([2], [0, 8]) },
      "here from 8, found 16, behind a hole",
    ],
    [
      "whose tensors overlap",
      { weight: tensor([2, 2], [0, 16]), bias: tensor([2], [8, 16]) },
      "here from 16, found 8, within another",
    ],
    [
      "that has more data",
      { weight: tensor([2, 2], [0, 16]) },
      "expected 16 bytes of data, as its tensors take, found 24",
    ],
    [
      "whose offsets are not its shape's",
      { weight: tensor([2, 2], [0, 24]) },
      "expected a range of 16 bytes, for F32 [2, 2], found [0, 24]",
    ],
    [
      "whose shape has more bytes than there are numbers",
      { weight: tensor([2 ** 53 - 1, 2 ** 53 - 1], [0, 24]) },
      "a range of Infinity bytes",
    ],
    ["whose offsets are beyond its end", { weight: tensor([2, 2 ** 40], [0, 2 ** 43]) }, "a whole number from 0 to 24"],
    ["whose offsets run backwards", { weight: tensor([2, 3], [24, 0]) }, "found [24, 0]"],
    ["with a negative length", { weight: tensor([2, -3], [0, 24]) }, "shape[1]: expected a whole number"],
    [
      "with a type that there is not",
      { weight: tensor([2, 3], [0, 24], "F31") },
      'expected a type of the format, found "F31"',
    ],
    [
      "with numbers that are no weights",
      { weight: tensor([3, 1], [0, 24], "I64") },
      "dtype: expected F32, F16, BF16 or F64, found I64",
    ],
    ["without tensors", { __metadata__: {} }, "found a header without any"],
    [
      "with metadata that are no texts",
      { __metadata__: { a: 1 }, weight: tensor([2, 3], [0, 24]) },
      "expected a string, found 1",
    ],
    ["with no object for a tensor", { weight: 1 }, "expected an object"],
  ])("%s", (_, header, said) => {
    expect(refusal(joinModel(header, data))).toContain(said);
  });

  it("that names a tensor twice", () => {
    const one = JSON.stringify(tensor([2, 3], [0, 24]));
    expect(refusal(joinModel(`{"weight":${one},"weight":${one}}`, data))).toContain('found "weight" twice');
  });

  it("that is another file, with what to do", () => {
    const begun = (...bytes: number[]) => Uint8Array.from([...bytes, ...new Array(40).fill(1)]);
    expect(refusal(begun(0x08, 0x08, 0x12))).toMatch(/found an ONNX model; save .*safetensors.* where it was trained/);
    expect(refusal(begun(0x89, 0x48, 0x44, 0x46))).toMatch(/HDF5.*numpy\.savez/);
    expect(refusal(begun(0x80, 2))).toMatch(/pickle.*safetensors/);
    expect(refusal(begun(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59))).toMatch(/npy format; save all of them in one file/);
    expect(refusal(begun(0x1f, 0x8b))).toMatch(/unpack it first/);
    expect(refusal(new Uint8Array(0))).toMatch(/a safetensors file, found 0 bytes/);
  });
});
