/** The theme's current colours for canvases, which cannot use CSS variables. */

import { themeChanges } from "./theme-signal.ts";

/** Red, green, blue; each from 0 to 255. */
export type Rgb = readonly [number, number, number];

/** Maps values to colours. */
export type ColourScale = (value: number) => Rgb;

/** Colours read since the last change of theme: reading the page's style costs more than painting a picture. */
const known = new Map<string, Rgb>();
themeChanges.subscribe(() => known.clear());

/** @param name a variable of design.css, without its dashes */
export function themeColour(name: string): Rgb {
  const colour = known.get(name) ?? computedColour(name);
  known.set(name, colour);
  return colour;
}

function computedColour(name: string): Rgb {
  // The computed colour of a probe element is rgb(...), with light-dark() resolved.
  const probe = document.createElement("span");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const numbers = getComputedStyle(probe).color.match(/[\d.]+/g) ?? ["0", "0", "0"];
  probe.remove();
  return [Number(numbers[0]), Number(numbers[1]), Number(numbers[2])];
}

/** @returns a scale from `low` at 0 to `high` at `largest`; values outside are clamped */
export function sequential(low: Rgb, high: Rgb, largest: number): ColourScale {
  return (value) => mix(low, high, largest > 0 ? Math.min(Math.max(value / largest, 0), 1) : 0);
}

/**
 * @returns a scale from `negative` at -largest through `zero` at 0 to `positive` at largest; values outside are clamped
 */
export function diverging(negative: Rgb, zero: Rgb, positive: Rgb, largest: number): ColourScale {
  return (value) => {
    const share = largest > 0 ? Math.min(Math.abs(value) / largest, 1) : 0;
    return mix(zero, value < 0 ? negative : positive, share);
  };
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ];
}

/**
 * A scale for signed numbers in the theme's colours: blue for positive, orange for negative, the card's colour for 0.
 */
export function signedColours(values: ArrayLike<number>): ColourScale {
  return diverging(themeColour("negative"), themeColour("card"), themeColour("positive"), largestOf(values));
}

/** A scale from the card's colour at 0 to the ink's colour at `largest`. */
export function inkColours(largest: number): ColourScale {
  return sequential(themeColour("card"), themeColour("ink"), largest);
}

/** @returns the largest magnitude; 0 for an empty array */
export function largestOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]));
  return largest;
}
