/** Exports a trained network to files of another program. */
import type { Model } from "@scratch-nn/core";

export const EXPORT_FORMATS = ["onnx", "npz", "safetensors", "js"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** A file to write. */
export interface ExportedFile {
  /** The ending of the file's name, after the user's name without its own ending: ".onnx", ".d.mts". */
  readonly ending: string;
  readonly bytes: Uint8Array;
}

/**
 * Writes a model in a format.
 * @returns its files, the file that the user names first; the same model gives the same bytes
 * @throws InputError naming what the format cannot express
 */
export type ModelWriter = (model: Model) => readonly ExportedFile[];

/** The writer of each format, loaded on demand. */
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
      // Every Node and bundler reads .mjs as a module, in any package.
      return [
        { ending: ".mjs", bytes: text.encode(code) },
        { ending: ".d.mts", bytes: text.encode(declarations) },
      ];
    };
  },
};

/**
 * Exports a model in a format.
 * @returns its files, the file that the user names first
 * @throws InputError naming what the format cannot express
 */
export async function exportModel(model: Model, format: ExportFormat): Promise<readonly ExportedFile[]> {
  const write = await WRITERS[format]();
  return write(model);
}
