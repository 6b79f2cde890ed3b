/** Contiguous parts of a memory region. */
import type { LayerShape } from "../kernels.ts";

/** Parts begin on cache lines. */
const LINE_BYTES = 64;

export const roundUp = (n: number, unit: number): number => Math.ceil(n / unit) * unit;

/**
 * The offset of each part, and the total length, in bytes.
 * @param lengths of the parts, in bytes, in order
 */
function placesOf<Name extends string>(lengths: Readonly<Record<Name, number>>): Record<Name | "end", number> {
  const begins: Record<string, number> = {};
  let end = 0;
  for (const [name, length] of Object.entries<number>(lengths)) {
    begins[name] = end;
    end += roundUp(length, LINE_BYTES);
  }
  return { ...begins, end } as Record<Name | "end", number>;
}

/**
 * Creates a function that returns the offsets of parts. It caches them, as it is called with the same few shapes at
 * every step.
 */
export function partsOf<Name extends string>(
  lengthsOf: (shape: LayerShape) => Readonly<Record<Name, number>>,
): (shape: LayerShape) => Record<Name | "end", number> {
  const known = new WeakMap<LayerShape, Record<Name | "end", number>>();
  return (shape) => {
    let places = known.get(shape);
    if (places === undefined) {
      places = placesOf(lengthsOf(shape));
      known.set(shape, places);
    }
    return places;
  };
}
