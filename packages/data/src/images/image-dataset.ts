/** Images read, as a dataset. */
import type { Preprocessing } from "@scratch-nn/core";
import type { Dataset } from "../dataset.ts";

/** What readers of images come to; see Dataset. */
export type ImageExamples = Omit<Dataset, "name" | "label">;

export function imageDataset(name: string, examples: ImageExamples): Dataset {
  return { name, label: undefined, ...examples };
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
