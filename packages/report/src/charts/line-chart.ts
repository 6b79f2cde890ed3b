/** Draws series as lines. */

import { up } from "./plot.ts";
import { place, type Scale } from "./scale.ts";

/** The most points of a line. More would not be visible on a screen. */
const MOST_POINTS = 300;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Thins a line without changing its look: keeps both ends, and the lowest and highest point of each of equal parts.
 * @param points in the order of x
 */
export function thinned(points: readonly Point[], most = MOST_POINTS): readonly Point[] {
  if (points.length <= most) return points;
  const parts = Math.floor(most / 2) - 1;
  const kept: Point[] = [points[0]];
  for (let part = 0; part < parts; part++) {
    const from = Math.floor((part * points.length) / parts);
    const to = Math.floor(((part + 1) * points.length) / parts);
    let [low, high] = [from, from];
    for (let i = from; i < to; i++) {
      if (points[i].y < points[low].y) low = i;
      if (points[i].y > points[high].y) high = i;
    }
    for (const i of low === high ? [low] : [Math.min(low, high), Math.max(low, high)]) kept.push(points[i]);
  }
  kept.push(points[points.length - 1]);
  return kept;
}

/** Draws a line through points. @param kind its CSS class */
export function seriesPath(
  points: readonly Point[],
  { x, y }: { readonly x: Scale; readonly y: Scale },
  kind: string,
): string {
  const shown = thinned(points).filter((point) => Number.isFinite(point.y));
  if (shown.length === 0) return "";
  const steps = shown.map((point, i) => `${i === 0 ? "M" : "L"}${place(x.at(point.x))} ${place(up(y.at(point.y)))}`);
  // A single point is drawn as a dot.
  return `<path class="${kind}" d="${steps.join("")}${shown.length === 1 ? "h0" : ""}"/>`;
}
