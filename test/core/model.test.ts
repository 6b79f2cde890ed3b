import { runInNewContext } from "node:vm";
import { crc32 } from "node:zlib";
import { createNetwork, decodeModel, encodeModel, InputError, type Model } from "@scratch-nn/core";
import { parameterBytes } from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";
import { joinModel, splitModel } from "../support/model-files.ts";
import { model, preprocessing, withHeader, withMetadata } from "../support/small-model.ts";

describe("a model file", () => {
  it("holds everything that went into it", () => {
    const read = decodeModel(encodeModel(model));
    expect(read.network.layers).toEqual([12, 4, 2]);
    expect(read.network.activation).toBe("tanh");
    expect([...read.network.parameters]).toEqual([...model.network.parameters]);
    expect(read).toMatchObject({ classes: model.classes, preprocessing, label: "when" });
    expect(decodeModel(encodeModel({ ...model, label: undefined })).label).toBeUndefined();
  });

  it("is safetensors: length, JSON header, little-endian f32 without holes", () => {
    const bytes = encodeModel(model);
    const view = new DataView(bytes.buffer);
    const length = Number(view.getBigUint64(0, true));
    const { header } = splitModel(bytes);
    expect(length % 8).toBe(0);
    expect(header["W1"]).toEqual({ dtype: "F32", shape: [4, 12], data_offsets: [0, 192] });
    expect(header["b1"]).toEqual({ dtype: "F32", shape: [4], data_offsets: [192, 208] });
    expect(header["W2"]).toEqual({ dtype: "F32", shape: [2, 4], data_offsets: [208, 240] });
    expect(header["b2"]).toEqual({ dtype: "F32", shape: [2], data_offsets: [240, 248] });
    expect(Object.values(header.__metadata__).every((value) => typeof value === "string")).toBe(true);
    expect(bytes.length).toBe(8 + length + 248);
    expect(view.getFloat32(8 + length + 208, true)).toBe(model.network.W[2][0]);
  });

  it("has a CRC-32 of its strings and its parameters, as zlib computes it", () => {
    const { crc32: found, ...strings } = splitModel(encodeModel(model)).header.__metadata__;
    const lines = Object.keys(strings)
      .sort()
      .map((name) => `${name}=${strings[name]}\n`);
    const bytes = Buffer.concat([Buffer.from(lines.join("")), parameterBytes(model.network)]);
    expect(found).toBe(crc32(bytes).toString(16).padStart(8, "0"));
  });

  it("is read from a buffer of any kind and realm", () => {
    const bytes = encodeModel(model);
    const foreign = runInNewContext("Uint8Array.from(bytes)", { bytes });
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length + 3), 3);
    shared.set(bytes);
    for (const form of [
      Buffer.from(bytes),
      bytes.buffer as ArrayBuffer,
      foreign,
      shared,
      new Uint8ClampedArray(bytes),
    ]) {
      expect(decodeModel(form as Uint8Array)).toMatchObject({ classes: model.classes, preprocessing });
    }
    for (const other of [undefined, null, "text", 3, {}, [...bytes], new Float32Array(9), new DataView(bytes.buffer)]) {
      expect(() => decodeModel(other as Uint8Array)).toThrow(InputError);
    }
  });

  it("that is cut anywhere, or has something more, is refused", () => {
    const bytes = encodeModel(model);
    for (let length = 0; length < bytes.length; length += 7) {
      expect(() => decodeModel(bytes.slice(0, length), "m.safetensors")).toThrow(/^m\.safetensors.*: expected/);
    }
    expect(() => decodeModel(Uint8Array.of(...bytes, 0))).toThrow(InputError);
  });

  it("may have its tensors in any order", () => {
    const { header, data } = splitModel(encodeModel(model));
    const names = ["b2", "W1", "W2", "b1"];
    let at = 0;
    const parts = names.map((name) => {
      const tensor = header[name] as { data_offsets: [number, number] };
      const part = data.subarray(...tensor.data_offsets);
      tensor.data_offsets = [at, at + part.length];
      at += part.length;
      return part;
    });
    const read = decodeModel(joinModel(header, Buffer.concat(parts)));
    expect(read.network.parameters).toEqual(model.network.parameters);
  });
});

describe("-0, which JSON reads and does not write", () => {
  it("is no index of a column", () => {
    const text = JSON.stringify(preprocessing).replace('"column":0', '"column":-0');
    expect(text).toContain("-0");
    expect(() => decodeModel(withMetadata("preprocessing", text))).toThrow(/encoders\[0\]\.column: .*whole number/);
  });

  it("is read as the 0 that it is written as again", () => {
    const text = JSON.stringify(preprocessing).replace(/"center":[^,]*/, '"center":-0');
    const read = decodeModel(withMetadata("preprocessing", text));
    expect(JSON.parse(text).encoders).toContainEqual(expect.objectContaining({ center: -0 }));
    expect(decodeModel(encodeModel(read))).toEqual(read);
  });
});

/**
 * A file that safetensors 0.8.0 for Python wrote: the tensors in the order W1, W2, b1, b2, the strings in any order,
 * blanks after the header, no checksum.
 */
const FOREIGN = [
  "4AEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJwcmVwcm9jZXNzaW5nIjoie1wiY29sdW1uc1wiOltcImFcIixcImJcIl0sXCJuYW1lZFwiOnRydWUsXCJl",
  "bmNvZGVyc1wiOlt7XCJraW5kXCI6XCJwaXhlbHNcIixcImNvbHVtblwiOjAsXCJjb3VudFwiOjIsXCJmYWN0b3JcIjoxfV19IiwiYWN0aXZhdGlvbiI6",
  "InRhbmgiLCJmb3JtYXQiOiJzY3JhdGNoLW5uIDIiLCJsYXllcnMiOiJbMiwzLDJdIiwiY2xhc3NlcyI6IltcIm5vXCIsXCJ5ZXNcIl0ifSwiVzEiOnsi",
  "ZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzMsMl0sImRhdGFfb2Zmc2V0cyI6WzAsMjRdfSwiVzIiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzIsM10sImRh",
  "dGFfb2Zmc2V0cyI6WzI0LDQ4XX0sImIxIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlszXSwiZGF0YV9vZmZzZXRzIjpbNDgsNjBdfSwiYjIiOnsiZHR5",
  "cGUiOiJGMzIiLCJzaGFwZSI6WzJdLCJkYXRhX29mZnNldHMiOls2MCw2OF19fSAgICAgICAAAAA/AACgvwAAAEAAAGBAAACAwAAAAD4AAIC/AACAPgAA",
  "wEAAAPBAAAAAwQAAQD8AAIA/AAAAwAAAQEAAAAA/AAAAvw==",
];

describe("a file that another program wrote", () => {
  it("has its tensors found by name, whatever their order", () => {
    const { network, classes } = decodeModel(Buffer.from(FOREIGN.join(""), "base64"));
    expect(network.layers).toEqual([2, 3, 2]);
    expect([...network.W[1]]).toEqual([0.5, -1.25, 2, 3.5, -4, 0.125]);
    expect([...network.b[1]]).toEqual([1, -2, 3]);
    expect([...network.W[2]]).toEqual([-1, 0.25, 6, 7.5, -8, 0.75]);
    expect([...network.b[2]]).toEqual([0.5, -0.5]);
    expect(classes).toEqual(["no", "yes"]);
  });

  it("may have blanks behind its header and inside, strings of its own, and more about a tensor", () => {
    const { header, data } = splitModel(encodeModel(model));
    header.__metadata__["made_by"] = "somebody";
    Object.assign(header["W1"] as object, { note: ["mine"] });
    delete header.__metadata__["crc32"];
    const bytes = joinModel(`${JSON.stringify(header, null, 3)}  \n `, data);
    expect(decodeModel(bytes).network.parameters).toEqual(model.network.parameters);
  });
});

describe("a header of the most bytes that are read", () => {
  const MANY = 2 ** 24 - 10_000;
  const zeros = `[${"0,".repeat(MANY)}0]`;
  const names = (count: number): string => Array.from({ length: count }, (_, i) => `"${i}":""`).join(",");

  it.each<[string, () => Uint8Array, string]>([
    ["layers", () => withMetadata("layers", zeros), "header.__metadata__.layers"],
    ["classes", () => withMetadata("classes", zeros), "header.__metadata__.classes"],
    [
      "columns",
      () => withMetadata("preprocessing", `{"columns":${zeros}}`),
      `header.__metadata__.preprocessing.columns[0]`,
    ],
    ["a shape", () => withHeader((h) => JSON.stringify(h).replace("[4,12]", zeros)), "header.W1.shape"],
    ["levels", () => withMetadata("layers", "[".repeat(2 * MANY)), "header.__metadata__.layers"],
    ["strings", () => withHeader(() => `{"__metadata__":{${names(2_000_000)}}}`), "header"],
  ])("is refused before millions of %s are looked at", (_, file, path) => {
    expect(() => decodeModel(file())).toThrow(
      expect.objectContaining({ fault: expect.objectContaining({ where: `model, ${path}` }) }),
    );
  });
});

describe("a file of format 1", () => {
  function formatOne(scaling: unknown): Uint8Array {
    return withHeader((header) => {
      const { layers, activation, classes } = header["__metadata__"] as Record<string, string>;
      header["__metadata__"] = {
        format: "scratch-nn 1",
        layers,
        activation,
        classes,
        scaling: JSON.stringify(scaling),
      };
    });
  }
  const ones = Array.from({ length: 12 }, () => 1);

  it("still reads: a factor is that of pixels", () => {
    const { preprocessing, label } = decodeModel(formatOne({ kind: "factor", factor: 0.5 }));
    expect(label).toBeUndefined();
    expect(preprocessing).toEqual({
      columns: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"],
      named: false,
      encoders: [{ kind: "pixels", column: 0, count: 12, factor: 0.5 }],
    });
  });

  it("still reads: mean and deviation are those of numbers", () => {
    const deviation = ones.map((_, i) => i + 1);
    const { encoders } = decodeModel(formatOne({ kind: "standard", mean: ones, deviation })).preprocessing;
    expect(encoders).toHaveLength(12);
    expect(encoders[3]).toEqual({
      kind: "number",
      column: 3,
      center: 1,
      spread: 4,
      clips: false,
      fill: 1,
      marksMissing: false,
    });
  });

  it.each([
    [{ kind: "other" }, "scaling.kind"],
    [{ kind: "factor", factor: 0 }, "scaling.factor"],
    [{ kind: "factor", factor: 1e-60 }, "scaling.factor"],
    [{ kind: "standard", mean: [1], deviation: ones }, "scaling"],
    [{ kind: "standard", mean: ones, deviation: [...ones.slice(1), 0] }, "scaling.deviation\\[11\\]"],
    [{ kind: "standard", mean: [null, ...ones.slice(1)], deviation: ones }, "scaling.mean\\[0\\]"],
  ])("with the scaling %j is refused", (scaling, path) => {
    expect(() => decodeModel(formatOne(scaling))).toThrow(new RegExp(`^model, header.__metadata__.${path}: expected`));
  });
});

describe("encodeModel", () => {
  it("refuses what decodeModel would", () => {
    const wrong: [Partial<Record<keyof Model, unknown>>, RegExp][] = [
      [{ classes: ["a"] }, /^model, classes: expected 2/],
      [{ preprocessing: { ...preprocessing, columns: [] } }, /^model, preprocessing.encoders\[0\].column/],
      [{ preprocessing: undefined }, /^model, preprocessing: expected an object/],
      [{ label: 3 }, /^model, label: expected a string/],
    ];
    for (const [part, message] of wrong) {
      expect(() => encodeModel({ ...model, ...part } as Model)).toThrow(InputError);
      expect(() => encodeModel({ ...model, ...part } as Model)).toThrow(message);
    }
    const network = createNetwork({ layers: [12, 4, 2] });
    network.W[2][3] = Number.NaN;
    expect(() => encodeModel({ ...model, network })).toThrow(/^model, W2\[3\]/);
  });
});
