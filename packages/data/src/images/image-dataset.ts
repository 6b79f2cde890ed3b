/** Images read, as a dataset. */
import type { Preprocessing } from "@scratch-nn/core";
import { type Dataset, PIXEL_SCALING } from "../dataset.ts";

/** What readers of images come to; see Dataset. */
export interface ImageExamples extends Omit<Dataset, "name" | "scaling"> {
  /** How pixels become inputs; where they are numbers, not bytes, it has been applied to X already. */
  readonly preprocessing: Preprocessing;
}

export function imageDataset(name: string, { preprocessing, ...examples }: ImageExamples): Dataset {
  return { name, ...examples, scaling: scalingOf(preprocessing) };
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

function scalingOf({ encoders }: Preprocessing): Dataset["scaling"] {
  const numbers = encoders.filter((encoder) => encoder.kind === "number");
  if (numbers.length === 0) return PIXEL_SCALING;
  return { kind: "standard", mean: numbers.map((n) => n.center), deviation: numbers.map((n) => n.spread) };
}
