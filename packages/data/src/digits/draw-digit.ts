/**
 * Draws one handwritten-like digit of 28 x 28 bytes, a function of (seed, index).
 *
 * It uses only + - * / and sqrt in f64, which every engine rounds the same way. So the bytes are the same on every
 * machine.
 */
import { PURPOSE, randomStream } from "@scratch-nn/core/engine";
import { GLYPHS, type Stroke } from "./glyphs.ts";

export const DIGIT_SIDE = 28;
export const DIGIT_PIXELS = DIGIT_SIDE * DIGIT_SIDE;

/** Line segments of a curve between two of its points. */
const PIECES = 6;

/** Nodes along one side of the distortion grid. */
const GRID = 4;

/** How strongly digits vary; lengths are in units of the glyph's box unless the name says pixels. */
const VARIATION = {
  pointJitter: 0.036,
  wobble: 0.058,
  slant: 0.38,
  rotation: 0.14,
  width: [13, 20],
  height: [18, 22],
  shiftPixels: 1.9,
  radiusPixels: [0.95, 2.1],
  softnessPixels: [0.5, 0.95],
  ink: [0.75, 1],
  noise: 22,
} as const;

/** Draws the digit and returns its class. @param pixels receives [784], rows from the top, 255 is ink */
export function drawDigit(seed: number, index: number, pixels: Uint8Array): number {
  const random = randomStream(seed, PURPOSE.drawing, index);
  let drawn = 0;
  const uniform = (): number => random.uniform(drawn++);
  const between = ([low, high]: readonly [number, number]): number => low + (high - low) * uniform();
  const around = (reach: number): number => reach * (2 * uniform() - 1);

  const digit = random.below(10, drawn++);
  const ways = GLYPHS[digit];
  const glyph = ways[random.below(ways.length, drawn++)];
  const place = placement(between, around);
  const grid = Float64Array.from({ length: 2 * GRID * GRID }, () => around(VARIATION.wobble));
  const radius = between(VARIATION.radiusPixels);
  const softness = between(VARIATION.softnessPixels);
  const ink = between(VARIATION.ink);

  /** The squared distance of each pixel to the nearest stroke. */
  const distances = new Float64Array(DIGIT_PIXELS).fill(1e9);
  for (const stroke of glyph) {
    const jittered = stroke.map((coordinate) => coordinate + around(VARIATION.pointJitter));
    const path = trace(jittered);
    for (let i = 0; i < path.length; i += 2) {
      const [x, y] = wobble(grid, path[i], path[i + 1]);
      [path[i], path[i + 1]] = place(x, y);
    }
    for (let i = 0; i + 3 < path.length; i += 2) {
      nearSegment(distances, path[i], path[i + 1], path[i + 2], path[i + 3], radius + softness);
    }
  }
  for (let p = 0; p < DIGIT_PIXELS; p += 4) {
    // One random word serves four pixels.
    const word = random.bits(drawn++);
    for (let byte = 0; byte < 4; byte++) {
      const coverage = clamp((radius + softness - Math.sqrt(distances[p + byte])) / (2 * softness), 0, 1);
      const noise = (((word >>> (8 * byte)) & 255) / 255 - 0.5) * VARIATION.noise;
      pixels[p + byte] = clamp(
        Math.floor(255 * ink * coverage + (coverage > 0 ? noise : noise - VARIATION.noise / 3) + 0.5),
        0,
        255,
      );
    }
  }
  return digit;
}

/** Returns a random map from the glyph's box to pixels: scale, slant, rotation and shift. */
function placement(
  between: (range: readonly [number, number]) => number,
  around: (reach: number) => number,
): (x: number, y: number) => [number, number] {
  const width = between(VARIATION.width);
  const height = between(VARIATION.height);
  const slant = around(VARIATION.slant);
  const dx = DIGIT_SIDE / 2 + around(VARIATION.shiftPixels);
  const dy = DIGIT_SIDE / 2 + around(VARIATION.shiftPixels);
  // A rotation by 2 atan(t), without sine and cosine.
  const t = around(VARIATION.rotation);
  const cos = (1 - t * t) / (1 + t * t);
  const sin = (2 * t) / (1 + t * t);
  return (x, y) => {
    const v = (y - 0.5) * height;
    const u = (x - 0.5) * width - slant * v;
    return [cos * u - sin * v + dx, sin * u + cos * v + dy];
  };
}

/** Joins the points of a stroke by a Catmull-Rom spline, as a polyline. */
function trace(points: Stroke): number[] {
  const count = points.length / 2;
  if (count === 2) return [...points];
  const at = (i: number, axis: number): number => points[2 * Math.min(Math.max(i, 0), count - 1) + axis];
  const path: number[] = [];
  for (let i = 0; i + 1 < count; i++) {
    for (let piece = 0; piece < PIECES; piece++) {
      for (const axis of [0, 1])
        path.push(spline(at(i - 1, axis), at(i, axis), at(i + 1, axis), at(i + 2, axis), piece / PIECES));
    }
  }
  path.push(at(count - 1, 0), at(count - 1, 1));
  return path;
}

function spline(p0: number, p1: number, p2: number, p3: number, t: number): number {
  const a = 3 * (p1 - p2) + p3 - p0;
  const b = 2 * p0 - 5 * p1 + 4 * p2 - p3;
  return p1 + 0.5 * t * (p2 - p0 + t * (b + t * a));
}

/** Moves a point by the grid's displacement, interpolated between the four nearest nodes. */
function wobble(grid: Float64Array, x: number, y: number): [number, number] {
  const gx = clamp(x, 0, 1) * (GRID - 1);
  const gy = clamp(y, 0, 1) * (GRID - 1);
  const column = Math.min(Math.floor(gx), GRID - 2);
  const row = Math.min(Math.floor(gy), GRID - 2);
  const [fx, fy] = [gx - column, gy - row];
  const shift = (axis: number): number => {
    const node = 2 * (row * GRID + column) + axis;
    const top = grid[node] * (1 - fx) + grid[node + 2] * fx;
    const bottom = grid[node + 2 * GRID] * (1 - fx) + grid[node + 2 * GRID + 2] * fx;
    return top * (1 - fy) + bottom * fy;
  };
  return [x + shift(0), y + shift(1)];
}

/** Lowers the squared distances of the pixels around the segment from (x0, y0) to (x1, y1). */
function nearSegment(distances: Float64Array, x0: number, y0: number, x1: number, y1: number, reach: number): void {
  const left = Math.max(0, Math.floor(Math.min(x0, x1) - reach));
  const right = Math.min(DIGIT_SIDE - 1, Math.ceil(Math.max(x0, x1) + reach));
  const top = Math.max(0, Math.floor(Math.min(y0, y1) - reach));
  const bottom = Math.min(DIGIT_SIDE - 1, Math.ceil(Math.max(y0, y1) + reach));
  const [ux, uy] = [x1 - x0, y1 - y0];
  const squaredLength = ux * ux + uy * uy;
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      // Distances are measured from the centre of a pixel.
      const [px, py] = [column + 0.5 - x0, row + 0.5 - y0];
      const along = squaredLength > 0 ? clamp((px * ux + py * uy) / squaredLength, 0, 1) : 0;
      const [ex, ey] = [px - along * ux, py - along * uy];
      const squared = ex * ex + ey * ey;
      const p = row * DIGIT_SIDE + column;
      if (squared < distances[p]) distances[p] = squared;
    }
  }
}

function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}
