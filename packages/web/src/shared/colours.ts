/** Colours for canvases, which know no CSS variables: as the theme has them at the moment. */

import { themeChanges } from "./theme-signal.ts";

/** Red, green, blue; each from 0 to 255. */
export type Rgb = readonly [number, number, number];

/** From values to colours. */
export type ColourScale = (value: number) => Rgb;

/** Since the theme was changed last: a look at the page's style costs more than a picture. */
const known = new Map<string, Rgb>();
themeChanges.subscribe(() => known.clear());

/** @param name of a variable in design.css, without its dashes */
export function themeColour(name: string): Rgb {
  const colour = known.get(name) ?? computedColour(name);
  known.set(name, colour);
  return colour;
}

function computedColour(name: string): Rgb {
  // Computed, so that light-dark() is settled: a probe's colour comes back as rgb(...).
  const probe = document.createElement("span");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const numbers = getComputedStyle(probe).color.match(/[\d.]+/g) ?? ["0", "0", "0"];
  probe.remove();
  return [Number(numbers[0]), Number(numbers[1]), Number(numbers[2])];
}

/** @returns the scale from `low` at 0 to `high` at `largest`; what lies outside takes the nearer end */
export function sequential(low: Rgb, high: Rgb, largest: number): ColourScale {
  return (value) => mix(low, high, largest > 0 ? Math.min(Math.max(value / largest, 0), 1) : 0);
}

/** @returns the scale from `negative` at -largest over `zero` to `positive` at largest */
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

/** Signed numbers in the theme's colours: blue for positive, orange for negative, the card for 0. */
export function signedColours(values: ArrayLike<number>): ColourScale {
  return diverging(themeColour("negative"), themeColour("card"), themeColour("positive"), largestOf(values));
}

/** Ink on paper, from 0 to `largest`. */
export function inkColours(largest: number): ColourScale {
  return sequential(themeColour("card"), themeColour("ink"), largest);
}

/** @returns the largest magnitude; 0 of nothing */
export function largestOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]));
  return largest;
}
