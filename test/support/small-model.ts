/** A model with an encoder of each kind, and its file with changes. */
import { createNetwork, encodeModel, type Model, type Preprocessing } from "@scratch-nn/core";
import { joinModel, splitModel } from "./model-files.ts";

export const preprocessing: Preprocessing = {
  columns: ["age", "joined", "member", "town", "p0", "p1"],
  named: true,
  encoders: [
    { kind: "number", column: 0, center: 40.5, spread: 12, clips: true, fill: 39, marksMissing: true },
    {
      kind: "date",
      column: 1,
      order: "dmy",
      center: 19000,
      spread: 365,
      clips: false,
      fill: 19001,
      marksMissing: false,
    },
    { kind: "binary", column: 2, levels: ["no", "sí 🌙"], marksMissing: true },
    { kind: "category", column: 3, levels: ["Bär", "Bör", "1"], missing: true, other: true },
    { kind: "pixels", column: 4, count: 2, factor: 1 / 255 },
  ],
};
export const model: Model = {
  network: createNetwork({ layers: [12, 4, 2], activation: "tanh", seed: 6 }),
  classes: ["día", "nuit 🌙"],
  preprocessing,
  label: "when",
};

/** The model's file with a changed header, without a checksum. */
export function withHeader(change: (header: Record<string, unknown>) => unknown): Uint8Array {
  const { header, data } = splitModel(encodeModel(model));
  delete header.__metadata__["crc32"];
  return joinModel(change(header as Record<string, unknown>) ?? header, data);
}

export function withMetadata(name: string, value: unknown): Uint8Array {
  return withHeader((header) => {
    (header["__metadata__"] as Record<string, unknown>)[name] = value;
  });
}

export function withTensor(name: string, change: object): Uint8Array {
  return withHeader((header) => {
    header[name] = { ...(header[name] as object), ...change };
  });
}
