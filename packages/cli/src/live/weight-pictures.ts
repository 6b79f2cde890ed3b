/** Encodes the first layer's weights as small pictures of one byte per pixel. */
import type { Network } from "@scratch-nn/core";
import type { WeightPictures } from "@scratch-nn/server";

const MOST_UNITS = 64;
/** The largest side in pixels; larger pictures are averaged. */
const MOST_SIDE = 32;
/** The largest number of inputs shown of an example that is no picture; the others are left out. */
const MOST_INPUTS = 128;

/**
 * @param picture width and height of an example that is a picture
 * @returns one picture for each of W1's first units; a row of inputs where the example is no picture
 */
export function weightPictures(
  { W: [, W1], layers: [inputs, units] }: Network,
  epoch: number,
  picture: readonly [number, number] | undefined,
): WeightPictures {
  const shown = Math.min(units, MOST_UNITS);
  const [width, height] = picture ?? [Math.min(inputs, MOST_INPUTS), 1];
  const factor = Math.ceil(Math.max(width, height, 1) / (picture === undefined ? MOST_INPUTS : MOST_SIDE));
  const [columns, rows] = [Math.ceil(width / factor), Math.ceil(height / factor)];
  /** [shown, rows, columns] */
  const values = new Float32Array(shown * rows * columns);
  let largest = 0;
  for (let unit = 0; unit < shown; unit++) {
    const from = unit * inputs;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const mean = meanOf(W1, from, { width, height, factor, row, column });
        values[(unit * rows + row) * columns + column] = mean;
        largest = Math.max(largest, Math.abs(mean));
      }
    }
  }
  const bytes = Uint8Array.from(values, (value) => 128 + Math.round((127 * value) / (largest || 1)));
  const pixels = Buffer.from(bytes.buffer).toString("base64");
  return { epoch, units: shown, of: units, width: columns, height: rows, largest, pixels };
}

/** The place of one pixel of a reduced picture. */
interface Patch {
  readonly width: number;
  readonly height: number;
  readonly factor: number;
  readonly row: number;
  readonly column: number;
}

function meanOf(W: Float32Array, from: number, { width, height, factor, row, column }: Patch): number {
  if (factor === 1) return W[from + row * width + column];
  let [sum, count] = [0, 0];
  for (let y = row * factor; y < Math.min((row + 1) * factor, height); y++) {
    for (let x = column * factor; x < Math.min((column + 1) * factor, width); x++) {
      sum += W[from + y * width + x];
      count++;
    }
  }
  return sum / count;
}
