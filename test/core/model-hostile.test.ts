import { decodeModel, encodeModel, InputError } from "@scratch-nn/core";
import { describe, expect, it } from "vitest";
import { joinModel, splitModel } from "../support/model-files.ts";
import { model, preprocessing, withHeader, withMetadata, withTensor } from "../support/small-model.ts";

/** The path of the preprocessing in errors. */
const P = "header.__metadata__.preprocessing";

function hugeLayers(header: Record<string, unknown>): void {
  const metadata = header["__metadata__"] as Record<string, string>;
  metadata["layers"] = "[12,16777216,16777216,2]";
}

describe("a hostile file is refused, and the field named:", () => {
  const edited = (edit: (copy: never) => void): string => {
    const copy = structuredClone(preprocessing);
    edit(copy as never);
    return JSON.stringify(copy);
  };
  type Loose = { columns: unknown; named: unknown; encoders: Record<string, unknown>[] };
  const encoder = (index: number, name: string, value: unknown) =>
    withMetadata(
      "preprocessing",
      edited((copy: Loose) => {
        copy.encoders[index][name] = value;
      }),
    );

  it.each<[string, Uint8Array, string]>([
    ["no JSON", withHeader(() => "{"), "header"],
    ["a header in Latin-1", joinModel("{}", new Uint8Array(0)).map((byte, i) => (i === 8 ? 0xe4 : byte)), ""],
    ["an array", withHeader(() => []), "header"],
    ["null", withHeader(() => "null"), "header"],
    ["no metadata", withHeader(() => ({})), "header.__metadata__"],
    ["metadata of a prototype", withHeader(() => '{"__proto__":{"__metadata__":{}}}'), "header.__metadata__"],
    ["metadata that is a number", withMetadata("note", 3), "header.__metadata__.note"],
    ["another format", withMetadata("format", "scratch-nn 4"), "header.__metadata__.format"],
    ["no layers", withMetadata("layers", undefined), "header.__metadata__.layers"],
    ["layers that are no JSON", withMetadata("layers", "[12,4,2"), "header.__metadata__.layers"],
    ["layers that are an object", withMetadata("layers", '{"length":3}'), "header.__metadata__.layers"],
    ["one layer", withMetadata("layers", "[12]"), "header.__metadata__.layers"],
    ["half a unit", withMetadata("layers", "[12,4.5,2]"), "header.__metadata__.layers[1]"],
    ["units as text", withMetadata("layers", '[12,"4",2]'), "header.__metadata__.layers[1]"],
    ["no units", withMetadata("layers", "[12,0,2]"), "header.__metadata__.layers[1]"],
    ["one class", withMetadata("layers", "[12,4,1]"), "header.__metadata__.layers[2]"],
    ["layers of 1 PB", withHeader(hugeLayers), ""],
    ["another activation", withMetadata("activation", "constructor"), "header.__metadata__.activation"],
    ["too few classes", withMetadata("classes", '["a"]'), "header.__metadata__.classes"],
    ["classes alike", withMetadata("classes", '["a","a"]'), "header.__metadata__.classes[1]"],
    ["classes of numbers", withMetadata("classes", "[1,2]"), "header.__metadata__.classes[0]"],
    ["a label that is null", withMetadata("label", null), "header.__metadata__.label"],
    ["another checksum", withMetadata("crc32", "00000000"), "header.__metadata__.crc32"],
    ["no preprocessing", withMetadata("preprocessing", "null"), "header.__metadata__.preprocessing"],
    [
      "columns alike",
      withMetadata(
        "preprocessing",
        edited((p: Loose) => (p.columns = ["a", "a"])),
      ),
      `${P}.columns[1]`,
    ],
    [
      "named by a word",
      withMetadata(
        "preprocessing",
        edited((p: Loose) => (p.named = "yes")),
      ),
      `${P}.named`,
    ],
    [
      "an encoder less",
      withMetadata(
        "preprocessing",
        edited((p: Loose) => p.encoders.pop()),
      ),
      `${P}.encoders`,
    ],
    ["an unknown encoder", encoder(0, "kind", "toString"), `${P}.encoders[0].kind`],
    ["a column that is not there", encoder(0, "column", 6), `${P}.encoders[0].column`],
    ["a negative column", encoder(0, "column", -1), `${P}.encoders[0].column`],
    ["a center that is null, as JSON has NaN", encoder(0, "center", null), `${P}.encoders[0].center`],
    ["no spread", encoder(0, "spread", 0), `${P}.encoders[0].spread`],
    ["a denormal spread", encoder(1, "spread", 1e-310), `${P}.encoders[1].spread`],
    ["a fill that is no f32 scaled", encoder(1, "fill", 1e300), `${P}.encoders[1].fill`],
    ["clips as a number", encoder(0, "clips", 1), `${P}.encoders[0].clips`],
    ["another order of dates", encoder(1, "order", "ydm"), `${P}.encoders[1].order`],
    ["three levels of two", encoder(2, "levels", ["a", "b", "c"]), `${P}.encoders[2].levels`],
    ["levels alike", encoder(3, "levels", ["1", "b", "1.0"]), `${P}.encoders[3].levels[2]`],
    ["levels as text", encoder(3, "levels", "abc"), `${P}.encoders[3].levels`],
    ["pixels beyond the columns", encoder(4, "count", 3), `${P}.encoders[4].count`],
    ["a factor of 0", encoder(4, "factor", 0), `${P}.encoders[4].factor`],
    ["a blank before its header", withHeader((header) => ` ${JSON.stringify(header)}`), "header"],
    ["a tensor twice", withHeader((h) => JSON.stringify(h).replace('"b1":', '"b2":{"dtype":"F32"},"b1":')), "header"],
    ["a name twice, once in escapes", withHeader((h) => JSON.stringify(h).replace("{", '{"\\u00571":0,')), "header"],
    ["an activation twice", withHeader((h) => JSON.stringify(h).replace('"act', '"activation":"relu","act')), "header"],
    ["a factor twice", withMetadata("preprocessing", edited(() => {}).replace('"fac', '"factor":1,"fac')), P],
    ["two tensors in one place", withTensor("b1", { data_offsets: [0, 16] }), "header.W1.data_offsets"],
    ["a shape whose product is beyond all numbers", withTensor("b2", { shape: [2 ** 53, 2 ** 53] }), "header.b2.shape"],
    ["a tensor more", withHeader((header) => ({ ...header, W3: header["b2"] })), "header.W3"],
    ["a tensor less", withHeader((header) => void delete header["b2"]), "header.b2"],
    ["another dtype", withTensor("W2", { dtype: "F16" }), "header.W2.dtype"],
    ["another shape", withTensor("W2", { shape: [4, 2] }), "header.W2.shape"],
    ["a flat shape", withTensor("W2", { shape: [8] }), "header.W2.shape"],
    ["tensors that overlap", withTensor("b2", { data_offsets: [232, 240] }), "header.b2.data_offsets"],
    ["a tensor beyond the file", withTensor("b2", { data_offsets: [244, 252] }), "header.b2.data_offsets[1]"],
    ["a range that is too long", withTensor("b2", { data_offsets: [236, 248] }), "header.b2.data_offsets"],
    ["a range of fractions", withTensor("b2", { data_offsets: [240.5, 248.5] }), "header.b2.data_offsets[0]"],
  ])("%s", (_, bytes, path) => {
    const where = path === "" ? "m.safetensors" : `m.safetensors, ${path}`;
    let error: unknown;
    try {
      decodeModel(bytes, "m.safetensors");
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).fault.where).toBe(where);
    expect((error as InputError).message.length).toBeLessThan(400);
  });

  it.each([Number.NaN, Infinity, -Infinity])("a weight of %s", (weight) => {
    const { header, data } = splitModel(encodeModel(model));
    delete header.__metadata__["crc32"];
    const copy = data.slice();
    new DataView(copy.buffer).setFloat32(212, weight, true);
    expect(() => decodeModel(joinModel(header, copy))).toThrow(/^model, W2\[1\]: expected a finite number/);
  });
});
