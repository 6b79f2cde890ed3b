/**
 * Strokes of a pen, and their encoding in the page's address. A drawing is a square of side 1, from (0, 0) at the top
 * left.
 */

/** x0, y0, x1, y1, ...: the points of the stroke; a dot is one point. */
export type Stroke = readonly number[];
export type Drawing = readonly Stroke[];

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** The number of steps of an encoded coordinate. */
const STEPS = 511;
/** Points nearer than this to the last one are not encoded: a hundredth of the side. */
const NEAR = 0.01;
/** The largest number of encoded points, which bounds the address's length. */
const MOST_POINTS = 600;

/** @returns three letters per point, and a dot between strokes; "" for no strokes */
export function formatDrawing(drawing: Drawing): string {
  let points = 0;
  return drawing
    .map((stroke) => {
      let [text, lastX, lastY] = ["", Number.NaN, Number.NaN];
      for (let i = 0; i + 1 < stroke.length && points < MOST_POINTS; i += 2) {
        const [x, y] = [stroke[i], stroke[i + 1]];
        const near = Math.hypot(x - lastX, y - lastY) < NEAR;
        if (near && i + 2 < stroke.length) continue;
        text += formatPoint(x, y);
        [lastX, lastY] = [x, y];
        points++;
      }
      return text;
    })
    .filter((text) => text !== "")
    .join(".");
}

/** The inverse of {@link formatDrawing}, up to rounding. From an invalid text it decodes what it can. */
export function parseDrawing(text: string): Drawing {
  return text
    .split(".")
    .map((letters) => {
      const stroke: number[] = [];
      for (let i = 0; i + 3 <= letters.length && stroke.length < 2 * MOST_POINTS; i += 3) {
        const digits = [0, 1, 2].map((k) => LETTERS.indexOf(letters[i + k]));
        if (digits.includes(-1)) break;
        const bits = (digits[0] << 12) | (digits[1] << 6) | digits[2];
        stroke.push((bits >> 9) / STEPS, (bits & STEPS) / STEPS);
      }
      return stroke;
    })
    .filter((stroke) => stroke.length > 0);
}

function formatPoint(x: number, y: number): string {
  const step = (value: number): number => Math.round(Math.min(Math.max(value, 0), 1) * STEPS);
  const bits = (step(x) << 9) | step(y);
  return LETTERS[bits >> 12] + LETTERS[(bits >> 6) & 63] + LETTERS[bits & 63];
}
