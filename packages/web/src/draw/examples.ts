/** Example digits for users without a pointer: the glyphs of the drawn digits, as strokes. */
import { GLYPHS } from "@scratch-nn/data/browser";
import type { Drawing } from "./stroke.ts";

/** @returns one variant of the digit, in the middle of the pad; `way` selects the variant and wraps around */
export function exampleDigit(digit: number, way: number): Drawing {
  const ways = GLYPHS[digit];
  return ways[way % ways.length].map((stroke) => smooth(stroke).map((value, i) => place(value, i % 2 === 0)));
}

function place(value: number, isX: boolean): number {
  return isX ? 0.26 + 0.48 * value : 0.14 + 0.72 * value;
}

/** Segments that a curve is drawn with, between two of its points. */
const PIECES = 8;

/** A Catmull-Rom spline through the points of a stroke, as a polyline; two points are a straight line. */
function smooth(points: readonly number[]): number[] {
  const count = points.length / 2;
  if (count <= 2) return [...points];
  const at = (i: number, axis: number): number => points[2 * Math.min(Math.max(i, 0), count - 1) + axis];
  const path: number[] = [];
  for (let i = 0; i + 1 < count; i++) {
    for (let piece = 0; piece < PIECES; piece++) {
      for (const axis of [0, 1]) {
        const [p, q, r, s] = [at(i - 1, axis), at(i, axis), at(i + 1, axis), at(i + 2, axis)];
        const t = piece / PIECES;
        path.push(q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p))));
      }
    }
  }
  path.push(at(count - 1, 0), at(count - 1, 1));
  return path;
}
