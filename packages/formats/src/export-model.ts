/** A trained network as the files of another program. */
import type { Model } from "@scratch-nn/core";

export const EXPORT_FORMATS = ["onnx", "npz", "safetensors", "js"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** A file that is to be written. */
export interface ExportedFile {
  /** What its name ends in, after the name that the user chose without its own ending: ".onnx", ".d.ts". */
  readonly ending: string;
  readonly bytes: Uint8Array;
}

/**
 * Writes a model in a format.
 * @returns its files, the one that the user names first; the same model gives the same bytes
 * @throws InputError naming what the format cannot say
 */
export type ModelWriter = (model: Model) => readonly ExportedFile[];

/** The writer of each format, loaded when it is asked for. */
const WRITERS: Record<ExportFormat, () => Promise<ModelWriter>> = {
  onnx: async () => {
    const { toOnnx } = await import("./onnx/to-onnx.ts");
    return (model) => [{ ending: ".onnx", bytes: toOnnx(model) }];
  },
  npz: async () => {
    const { toNpz } = await import("./npz/write-npz.ts");
    return (model) => [{ ending: ".npz", bytes: toNpz(model) }];
  },
  safetensors: async () => {
    const { toSafetensors } = await import("./safetensors/write-safetensors.ts");
    return (model) => [{ ending: ".weights.safetensors", bytes: toSafetensors(model) }];
  },
  js: async () => {
    const { toJsModule } = await import("./js/to-js-module.ts");
    return (model) => {
      const { code, declarations } = toJsModule(model);
      const text = new TextEncoder();
      // .mjs is a module to every Node and every bundler, whatever package it lies in.
      return [
        { ending: ".mjs", bytes: text.encode(code) },
        { ending: ".d.mts", bytes: text.encode(declarations) },
      ];
    };
  },
};

/**
 * The files of a model in a format, the one that the user names first.
 * @throws InputError naming what the format cannot say
 */
export async function exportModel(model: Model, format: ExportFormat): Promise<readonly ExportedFile[]> {
  const write = await WRITERS[format]();
  return write(model);
}
