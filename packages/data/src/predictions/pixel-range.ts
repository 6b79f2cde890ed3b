/** Compares the values of images with those that a model was trained on. */
import type { Preprocessing } from "@scratch-nn/core";
import type { ImageRows } from "./predict-images.ts";

interface Range {
  readonly least: number;
  readonly most: number;
}

/** How many standard deviations from the mean values may lie in training. */
const SPREADS = 10;
/** Images whose values fill less than this part of the model's range have another scale: 0 to 1 for 0 to 255. */
const NARROW = 1 / 16;

/**
 * Returns a remark if the values of the images, together, lie far outside the range that the model was trained on, or
 * fill a small part of it only. The model then computes nonsense without an error.
 */
export function remarksOnRange({ X, where }: ImageRows, { encoders }: Preprocessing): readonly string[] {
  const expected = trainedRange(encoders);
  if (expected === undefined || X.length === 0) return [];
  const { least, most } = rangeOf(X);
  const width = expected.most - expected.least;
  const isOutside = least < expected.least - width / 10 || most > expected.most + width / 10;
  // One constant image says nothing about its scale.
  const isNarrow = encoders[0].kind === "pixels" && most > least && most - least <= width * NARROW;
  if (!isOutside && !isNarrow) return [];
  const shown = (range: Range): string => [range.least, range.most].map((x) => Number(x.toPrecision(3))).join(" to ");
  const trained = encoders[0].kind === "pixels" ? shown(expected) : `about ${shown(expected)} at the most`;
  return [
    `${where}: values from ${shown({ least, most })}, where the model expects ${trained}: check that they have the scale of those trained on`,
  ];
}

/** Returns the range of bytes, or of the means and deviations of other pixels; undefined for other encoders. */
function trainedRange(encoders: Preprocessing["encoders"]): Range | undefined {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const encoder of encoders) {
    if (encoder.kind === "pixels") {
      [least, most] = [Math.min(least, 0), Math.max(most, 255)];
    } else if (encoder.kind === "number") {
      least = Math.min(least, encoder.center - SPREADS * encoder.spread);
      most = Math.max(most, encoder.center + SPREADS * encoder.spread);
    } else return undefined;
  }
  return least < most ? { least, most } : undefined;
}

function rangeOf(X: ImageRows["X"]): Range {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of X) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, most };
}
