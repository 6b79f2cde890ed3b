/** The positions of the diagram's units. */

/** The horizontal positions of the layers, in per cent of the width. */
export const LAYERS_AT = [13, 48, 83] as const;
/** CSS pixels between the centres of adjacent units: in layers with many units, and with few. */
const MANY = 42;
const FEW = 74;

/** The vertical position of a unit's centre, in CSS pixels from the top. */
export function heightOf(units: number, unit: number, height: number): number {
  const pitch = Math.min(units > 6 ? MANY : FEW, height / units);
  return height / 2 + (unit - (units - 1) / 2) * pitch;
}

/** The diagram's height in CSS pixels. */
export function diagramHeight(layers: readonly number[]): number {
  return Math.max(...layers.slice(1)) > 6 ? 10 * MANY + 8 : 4 * FEW;
}
