import { createNetwork, decodeModel, encodeModel, InputError, type Model } from "@scratch-nn/core";
import { describe, expect, it } from "vitest";

const model: Model = {
  network: createNetwork({ layers: [3, 4, 2], activation: "tanh", seed: 6 }),
  classes: ["día", "nuit 🌙"],
  scaling: { kind: "standard", mean: [1, 2, 3], deviation: [0.5, 1, 2] },
};

describe("a model file", () => {
  it("holds everything that went into it", () => {
    const read = decodeModel(encodeModel(model));
    expect(read.network.layers).toEqual([3, 4, 2]);
    expect(read.network.activation).toBe("tanh");
    expect([...read.network.parameters]).toEqual([...model.network.parameters]);
    expect(read).toMatchObject({ classes: model.classes, scaling: model.scaling });
  });

  it("is safetensors: length, JSON header, little-endian f32 without holes", () => {
    const bytes = encodeModel(model);
    const view = new DataView(bytes.buffer);
    const length = Number(view.getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect(length % 8).toBe(0);
    expect(header.W1).toEqual({ dtype: "F32", shape: [4, 3], data_offsets: [0, 48] });
    expect(header.b1).toEqual({ dtype: "F32", shape: [4], data_offsets: [48, 64] });
    expect(header.W2).toEqual({ dtype: "F32", shape: [2, 4], data_offsets: [64, 96] });
    expect(header.b2).toEqual({ dtype: "F32", shape: [2], data_offsets: [96, 104] });
    expect(Object.values(header.__metadata__).every((value) => typeof value === "string")).toBe(true);
    expect(bytes.length).toBe(8 + length + 104);
    expect(view.getFloat32(8 + length + 64, true)).toBe(model.network.W[2][0]);
  });

  it("that is cut anywhere, or has something more, is refused", () => {
    const bytes = encodeModel(model);
    for (let length = 0; length < bytes.length; length += 7) {
      expect(() => decodeModel(bytes.slice(0, length), "m.safetensors")).toThrow(/^m\.safetensors: expected/);
    }
    expect(() => decodeModel(Uint8Array.of(...bytes, 0))).toThrow(InputError);
  });

  it("with another header is refused", () => {
    const text = new TextEncoder().encode('{"W1":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}');
    const bytes = new Uint8Array(8 + text.length + 4);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
    bytes.set(text, 8);
    expect(() => decodeModel(bytes)).toThrow(InputError);
  });
});
