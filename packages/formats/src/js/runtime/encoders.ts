/** Encodes cells as inputs like core's row encoder, one function for each kind. Levels are normalised by levelOf. */
import { isGapMark, parseDate } from "@scratch-nn/core/engine";
import type { Cell, Fail } from "./cells.ts";

/** Appends an input's value. */
export type Put = (value: number) => void;

/** @param settings the encoder's settings; each kind has its own order */
// biome-ignore lint/suspicious/noExplicitAny: the settings are the writer's and the reader's business.
export type Encode = (cell: Cell, put: Put, fail: Fail, ...settings: any[]) => void;

const holdsValue = (cell: Cell): boolean => cell !== undefined && !isGapMark(`${cell}`);

const numberIn = (cell: Cell, fail: Fail): number =>
  typeof cell === "number" ? cell : /^[+-]?\d{16,308}$/.test(cell as string) ? Number(cell) : fail("a number", cell);

/** The index of a cell's level; -1 for other values and for nothing. */
const levelIn = (cell: Cell, levels: readonly string[]): number =>
  cell === undefined ? -1 : levels.indexOf(`${cell}`);

export const pixelColumn: Encode = (cell, put, fail, factor: number) =>
  put(cell === undefined ? 0 : numberIn(cell, fail) * factor);

type Scale = readonly [center: number, spread: number, fill: number, clips: number, marks: number];

const scaled = (cell: Cell, put: Put, read: () => number, [center, spread, fill, clips, marks]: Scale): void => {
  const isThere = holdsValue(cell);
  const z = ((isThere ? read() : fill) - center) / spread;
  // The square of a larger number may overflow f64.
  put(!clips ? z : Math.abs(z) > 1e100 ? 3 * Math.sign(z) : z / Math.sqrt(1 + (z / 3) ** 2));
  if (marks) put(+!isThere);
};

export const numberColumn: Encode = (cell, put, fail, ...scale) =>
  scaled(cell, put, () => numberIn(cell, fail), scale as unknown as Scale);

export const dateColumn: Encode = (cell, put, fail, order, ...scale) =>
  scaled(
    cell,
    put,
    () => parseDate(`${cell}`, order) ?? parseDate(`${cell}`, "ymd") ?? fail(`a date (${order})`, cell),
    scale as unknown as Scale,
  );

export const binsColumn: Encode = (cell, put, fail, fill: number, ...knots: number[]) => {
  const x = holdsValue(cell) ? numberIn(cell, fail) : fill;
  knots.reduce((low, high) => {
    put(x <= low ? -1 : x < high ? 2 * ((x - low) / (high - low)) - 1 : 1);
    return high;
  });
};

export const binaryColumn: Encode = (cell, put, _fail, levels: readonly string[], marks: number) => {
  const level = levelIn(cell, levels);
  put(level < 0 ? 0 : 2 * level - 1);
  if (marks) put(+(level < 0 && !holdsValue(cell)));
};

export const categoryColumn: Encode = (cell, put, _fail, levels: readonly string[], missing: number, other: number) => {
  const size = levels.length;
  const level = missing && cell === undefined ? size : levelIn(cell, levels);
  for (let k = 0; k < size + missing; k++) put(+(k === level));
  if (other) put(+(level < 0));
};
