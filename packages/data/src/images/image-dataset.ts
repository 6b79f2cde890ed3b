/** Images read, as a dataset. */
import type { Preprocessing } from "@scratch-nn/core";
import type { Dataset } from "../dataset/dataset.ts";

/** What readers of images come to; see Dataset. */
export type ImageExamples = Omit<Dataset, "name" | "label">;

export function imageDataset(name: string, examples: ImageExamples): Dataset {
  const remarks = [...examples.remarks, ...remarksOnRange(examples.X)];
  return { name, label: undefined, ...examples, remarks };
}

/** Bytes that reach this far are shades; others may be classes of shades, or black and white as 0 and 1. */
const SHADES = 16;

function remarksOnRange(X: ImageExamples["X"]): readonly string[] {
  // The first bright pixel ends the search.
  if (!(X instanceof Uint8Array) || X.some((value) => value > SHADES)) return [];
  const most = X.reduce((max, value) => Math.max(max, value), 0);
  return [`pixels go from 0 to ${most} only, and are divided by 255 all the same: multiply them first to learn faster`];
}

/** Bytes, divided by 255 on their way into a tile. */
export function pixelBytes(inputs: number): Preprocessing {
  return preprocessing(inputs, [{ kind: "pixels", column: 0, count: inputs, factor: 1 / 255 }]);
}

/** Numbers of any range: (x - mean) / deviation for each pixel. */
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
