/** Makes a dataset of images that have been read. */
import type { Preprocessing } from "@scratch-nn/core";
import type { Dataset } from "../dataset/dataset.ts";

/** What image readers return; see Dataset. */
export type ImageExamples = Omit<Dataset, "name" | "label">;

export function imageDataset(name: string, examples: ImageExamples): Dataset {
  const remarks = [...examples.remarks, ...remarksOnRange(examples.X)];
  return { name, label: undefined, ...examples, remarks };
}

/** If no byte exceeds this value, pixels may be quantised shades, or black and white as 0 and 1. */
const SHADES = 16;

function remarksOnRange(X: ImageExamples["X"]): readonly string[] {
  // `some` stops at the first bright pixel.
  if (!(X instanceof Uint8Array) || X.some((value) => value > SHADES)) return [];
  const most = X.reduce((max, value) => Math.max(max, value), 0);
  return [`pixels go from 0 to ${most} only, and are divided by 255 all the same: multiply them first to learn faster`];
}

/** The preprocessing of byte pixels: division by 255 when a tile is loaded. */
export function pixelBytes(inputs: number): Preprocessing {
  return preprocessing(inputs, [{ kind: "pixels", column: 0, count: inputs, factor: 1 / 255 }]);
}

/** The preprocessing of other pixels: (x - mean) / deviation for each pixel. */
export function pixelNumbers(mean: Float64Array, deviation: Float64Array): Preprocessing {
  return preprocessing(
    mean.length,
    Array.from(mean, (center, column) => ({
      kind: "number",
      column,
      center,
      spread: deviation[column],
      clips: false,
      fill: center,
      marksMissing: false,
    })),
  );
}

function preprocessing(inputs: number, encoders: Preprocessing["encoders"]): Preprocessing {
  return { columns: Array.from({ length: inputs }, (_, i) => `pixel${i}`), named: true, encoders };
}
