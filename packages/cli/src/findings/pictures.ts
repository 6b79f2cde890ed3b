/** Renders inputs and weights as images. */
import type { Model } from "@scratch-nn/core";
import type { Dataset, ImageShape } from "@scratch-nn/data";
import type { FirstLayer, Picture } from "@scratch-nn/report";

/** The largest side in pixels; larger images are scaled down. */
const MOST_SIDE = 96;
const MOST_WEIGHT_SIDE = 48;
const MOST_UNITS = 64;
/** A smaller square of inputs is unlikely to be an image. */
const LEAST_SIDE = 6;

/** The image shape of the inputs. It is known, or derived for a table of pixels alone whose number makes a square. */
export function imageShapeOf({ image, inputs, preprocessing }: Dataset): ImageShape | undefined {
  if (image !== undefined) return image;
  const [first, another] = preprocessing.encoders;
  if (first?.kind !== "pixels" || another !== undefined) return undefined;
  for (const channels of [1, 3] as const) {
    const side = Math.sqrt(inputs / channels);
    if (Number.isInteger(side) && side >= LEAST_SIDE) return { width: side, height: side, channels };
  }
  return undefined;
}

/** @param column a column of the dataset */
export function exampleImage({ X, inputs, preprocessing }: Dataset, shape: ImageShape, column: number): Picture {
  const values = Float64Array.from(X.subarray(column * inputs, (column + 1) * inputs));
  if (!(X instanceof Uint8Array)) {
    // Undoes the standardisation of inputs of any range, and scales from the image's darkest to its brightest.
    for (const [i, encoder] of preprocessing.encoders.entries()) {
      if (encoder.kind === "number") values[i] = encoder.center + encoder.spread * values[i];
    }
    const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
    const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    for (const [i, value] of values.entries()) values[i] = high > low ? (255 * (value - low)) / (high - low) : 0;
  }
  const { width, height, values: pixels } = reduced(values, shape, MOST_SIDE);
  return {
    width,
    height,
    pixels: { kind: shape.channels === 1 ? "grey" : "colour", bytes: Uint8Array.from(pixels, Math.round) },
  };
}

/**
 * The first-layer weights of each unit, the colour channels together. Of many units, those with the largest weights.
 */
export function firstLayerOf({ network, members }: Model, shape: ImageShape): FirstLayer | undefined {
  if (members !== undefined) return undefined;
  const [inputs, of] = network.layers;
  const [, W] = network.W;
  const rows = Array.from({ length: of }, (_, unit) => W.subarray(unit * inputs, (unit + 1) * inputs));
  const sizes = rows.map((row) => row.reduce((sum, w) => sum + w * w, 0));
  const units = Array.from(rows.keys());
  if (of > MOST_UNITS) units.sort((a, b) => sizes[b] - sizes[a] || a - b).splice(MOST_UNITS);
  const { channels } = shape;
  return {
    of,
    units: units.map((unit) => {
      const grey = Float64Array.from({ length: inputs / channels }, (_, p) => {
        let sum = 0;
        for (let c = 0; c < channels; c++) sum += rows[unit][p * channels + c];
        return sum / channels;
      });
      const { width, height, values } = reduced(grey, { ...shape, channels: 1 }, MOST_WEIGHT_SIDE);
      const most = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0) || 1;
      return {
        unit: unit + 1,
        picture: { width, height, pixels: { kind: "signed", values: Float32Array.from(values, (w) => w / most) } },
      };
    }),
  };
}

/** The image scaled down to sides of at most `most` pixels; each pixel is the mean of those it replaces. */
function reduced(values: Float64Array, { width, height, channels }: ImageShape, most: number) {
  const times = Math.ceil(Math.max(width, height) / most);
  if (times <= 1) return { width, height, values };
  const [columns, rows] = [Math.ceil(width / times), Math.ceil(height / times)];
  const sums = new Float64Array(columns * rows * channels);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const [right, bottom] = [Math.min(width, (x + 1) * times), Math.min(height, (y + 1) * times)];
      const count = (right - x * times) * (bottom - y * times);
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let v = y * times; v < bottom; v++) {
          for (let u = x * times; u < right; u++) sum += values[(v * width + u) * channels + c];
        }
        sums[(y * columns + x) * channels + c] = sum / count;
      }
    }
  }
  return { width: columns, height: rows, values: sums };
}
