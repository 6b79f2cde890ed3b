/** Where the units of the diagram stand. */

/** Where layers stand, in hundredths of the width. */
export const LAYERS_AT = [13, 48, 83] as const;
/** CSS pixels from the middle of one unit to the next: of many units, of few. */
const MANY = 42;
const FEW = 74;

/** The middle of a unit, in CSS pixels from the top. */
export function heightOf(units: number, unit: number, height: number): number {
  const pitch = Math.min(units > 6 ? MANY : FEW, height / units);
  return height / 2 + (unit - (units - 1) / 2) * pitch;
}

/** CSS pixels. */
export function diagramHeight(layers: readonly number[]): number {
  return Math.max(...layers.slice(1)) > 6 ? 10 * MANY + 8 : 4 * FEW;
}
