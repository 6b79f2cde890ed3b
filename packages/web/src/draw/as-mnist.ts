/**
 * Converts strokes to images like MNIST's: the digit fits a box of 20 x 20 pixels with its proportions kept, and its
 * centre of mass lies in the middle of 28 x 28 (Y. LeCun et al., "Gradient-based learning applied to document
 * recognition", 1998). The pen has the average width of MNIST's digits, whatever the size of the drawing.
 */
import type { Drawing } from "./stroke.ts";

export const SIDE = 28;
const BOX = 20;

/** Half of the width of the pen's full ink, and the width of its fading edge; in pixels of the image. */
const PEN = { radius: 1.1, fade: 0.9 } as const;
/** A drawing smaller than this is a dot rather than a digit; it is scaled as if it had this size. */
const SMALLEST = 0.12;

/** Maps the drawing to pixels: p -> scale p + (dx, dy). */
interface Placement {
  readonly scale: number;
  readonly dx: number;
  readonly dy: number;
}

/** @returns [784], rows from the top, 255 is ink; all 0 where nothing is drawn */
export function asMnist(drawing: Drawing): Uint8Array {
  const boxed = inBox(drawing);
  if (boxed === undefined) return new Uint8Array(SIDE * SIDE);
  const first = render(drawing, boxed);
  const [x, y] = centreOfMass(first);
  const centred = { scale: boxed.scale, dx: boxed.dx + SIDE / 2 - x, dy: boxed.dy + SIDE / 2 - y };
  return Uint8Array.from(render(drawing, centred), (ink) => Math.round(255 * ink));
}

/** The centre of mass of [784]; pixels are measured at their centres. */
export function centreOfMass(pixels: ArrayLike<number>): readonly [x: number, y: number] {
  let [mass, x, y] = [0, 0, 0];
  for (let p = 0; p < SIDE * SIDE; p++) {
    mass += pixels[p];
    x += pixels[p] * ((p % SIDE) + 0.5);
    y += pixels[p] * (Math.floor(p / SIDE) + 0.5);
  }
  return mass > 0 ? [x / mass, y / mass] : [SIDE / 2, SIDE / 2];
}

/** Moves [784] bytes by whole pixels, so that their centre of mass is as near to the middle as possible. */
export function centred(pixels: Uint8Array): Uint8Array {
  const [x, y] = centreOfMass(pixels);
  const [right, down] = [Math.round(SIDE / 2 - x), Math.round(SIDE / 2 - y)];
  const moved = new Uint8Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      const [from, at] = [row - down, column - right];
      if (from >= 0 && from < SIDE && at >= 0 && at < SIDE) moved[row * SIDE + column] = pixels[from * SIDE + at];
    }
  }
  return moved;
}

/** Fits the whole drawing, including the pen's width, into the middle 20 x 20 box; undefined where nothing is drawn. */
function inBox(drawing: Drawing): Placement | undefined {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const stroke of drawing) {
    for (let i = 0; i + 1 < stroke.length; i += 2) {
      left = Math.min(left, stroke[i]);
      right = Math.max(right, stroke[i]);
      top = Math.min(top, stroke[i + 1]);
      bottom = Math.max(bottom, stroke[i + 1]);
    }
  }
  if (!(right >= left)) return undefined;
  const size = Math.max(right - left, bottom - top);
  const pen = 2 * (PEN.radius + PEN.fade / 2);
  const scale = (BOX - pen) / Math.max(size, SMALLEST);
  return { scale, dx: SIDE / 2 - (scale * (left + right)) / 2, dy: SIDE / 2 - (scale * (top + bottom)) / 2 };
}

/** @returns ink from 0 to 1, [784] */
function render(drawing: Drawing, { scale, dx, dy }: Placement): Float64Array {
  const distances = new Float64Array(SIDE * SIDE).fill(Infinity);
  const reach = PEN.radius + PEN.fade;
  for (const stroke of drawing) {
    const at = (i: number): readonly [number, number] => [scale * stroke[i] + dx, scale * stroke[i + 1] + dy];
    // A dot is a segment from a point to itself.
    for (let i = 0; i === 0 || i + 3 < stroke.length; i += 2) {
      nearSegment(distances, at(i), at(i + 3 < stroke.length ? i + 2 : i), reach);
    }
  }
  return distances.map((squared) => {
    const distance = Math.sqrt(squared);
    return Math.min(Math.max((PEN.radius + PEN.fade / 2 - distance) / PEN.fade, 0), 1);
  });
}

/** Lowers the squared distances of the pixels around the segment to their distance from it. */
function nearSegment(
  distances: Float64Array,
  [x0, y0]: readonly [number, number],
  [x1, y1]: readonly [number, number],
  reach: number,
): void {
  const [ux, uy] = [x1 - x0, y1 - y0];
  const squaredLength = ux * ux + uy * uy;
  const from = (a: number, b: number): number => Math.max(0, Math.floor(Math.min(a, b) - reach));
  const to = (a: number, b: number): number => Math.min(SIDE - 1, Math.ceil(Math.max(a, b) + reach));
  for (let row = from(y0, y1); row <= to(y0, y1); row++) {
    for (let column = from(x0, x1); column <= to(x0, x1); column++) {
      const [px, py] = [column + 0.5 - x0, row + 0.5 - y0];
      const along = squaredLength > 0 ? Math.min(Math.max((px * ux + py * uy) / squaredLength, 0), 1) : 0;
      const [ex, ey] = [px - along * ux, py - along * uy];
      const p = row * SIDE + column;
      distances[p] = Math.min(distances[p], ex * ex + ey * ey);
    }
  }
}
