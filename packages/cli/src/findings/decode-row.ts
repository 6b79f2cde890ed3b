/** Decodes a network's inputs to the table cells that they encode, as far as the encoding is invertible. */
import type { ColumnEncoder, Preprocessing } from "@scratch-nn/core";
import { inputsOf } from "@scratch-nn/core/engine";

/** The index of each encoder's first input. */
export function encoderPlaces({ encoders }: Preprocessing): number[] {
  let place = 0;
  return encoders.map((encoder) => {
    const first = place;
    place += inputsOf(encoder);
    return first;
  });
}

/** Texts for a missing cell and for an unknown category. */
const [MISSING, OTHER] = ["–", "(another)"];
const MILLISECONDS_A_DAY = 86_400_000;

/**
 * @param inputs the inputs of one example
 * @param columns the columns of the preprocessing
 * @returns a text for each column; "" for a column that no encoder reads
 */
export function decodeRow(
  preprocessing: Preprocessing,
  inputs: ArrayLike<number>,
  columns: readonly number[],
): string[] {
  const { encoders } = preprocessing;
  const places = encoderPlaces(preprocessing);
  const areRaw = encoders.length === 1;
  return columns.map((column) => {
    // Bins repeat what another encoder encodes.
    const e = encoders.findIndex((encoder) => encoder.kind !== "bins" && covers(encoder, column));
    if (e < 0) return "";
    const encoder = encoders[e];
    if (encoder.kind !== "pixels") return decode(encoder, inputs, places[e]);
    const x = inputs[places[e] + column - encoder.column];
    return shortest(areRaw ? x : x / encoder.factor);
  });
}

/** Whether an encoder reads a column. */
export function covers(encoder: ColumnEncoder, column: number): boolean {
  const count = encoder.kind === "pixels" ? encoder.count : 1;
  return column >= encoder.column && column < encoder.column + count;
}

function decode(
  encoder: Exclude<ColumnEncoder, { readonly kind: "pixels" }>,
  inputs: ArrayLike<number>,
  at: number,
): string {
  switch (encoder.kind) {
    case "number":
    case "date": {
      if (encoder.marksMissing && inputs[at + 1] === 1) return MISSING;
      const value = encoder.center + encoder.spread * (encoder.clips ? unclipped(inputs[at]) : inputs[at]);
      // A value so near to 0 is the rounding error of a 0.
      const isNothing = Math.abs(value) < encoder.spread * ROUNDING;
      return encoder.kind === "number" ? shortest(isNothing ? 0 : value) : dateText(value);
    }
    case "binary": {
      if (encoder.marksMissing && inputs[at + 1] === 1) return MISSING;
      return inputs[at] === 0 ? MISSING : encoder.levels[inputs[at] < 0 ? 0 : 1];
    }
    case "category": {
      const { levels, missing } = encoder;
      const hot = Array.from({ length: inputsOf(encoder) }, (_, k) => inputs[at + k]).indexOf(1);
      if (hot >= 0 && hot < levels.length) return levels[hot];
      return missing && hot === levels.length ? MISSING : OTHER;
    }
    case "bins":
      return "";
  }
}

/** Relative rounding error of a standardised f32. */
const ROUNDING = 1e-6;

/** The inverse of z / sqrt(1 + (z / 3)^2). */
function unclipped(z: number): number {
  return z / Math.sqrt(Math.max(1e-12, 1 - (z / 3) ** 2));
}

/** An input is an f32, so its decoded value is known to about five digits. */
function shortest(value: number): string {
  return String(Number(value.toPrecision(5)));
}

function dateText(days: number): string {
  const date = new Date(Math.round(days) * MILLISECONDS_A_DAY);
  return Number.isNaN(date.getTime()) ? shortest(days) : date.toISOString().slice(0, 10);
}
