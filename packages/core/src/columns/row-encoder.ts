/** Encodes rows of cells as columns of X. */
import { InputError } from "../checks/errors.ts";
import { describeValue } from "../checks/excerpt.ts";
import { type Cell, isGapMark, levelOf, parseNumber } from "./cell.ts";
import { requirePreprocessing } from "./check-preprocessing.ts";
import { parseDate } from "./dates.ts";
import { type ColumnEncoder, inputsOf, type Preprocessing } from "./encoders.ts";

/** Prepared encoders, with look-up tables and offsets computed once. */
export interface RowEncoder {
  /** n[0] */
  readonly inputs: number;
  /** Examples.scale: the factor where the only encoder is pixels, else 1. */
  readonly scale: number;
  /**
   * Writes the inputs of a row to out[at .. at + inputs - 1].
   * @param cells one for each of Preprocessing.columns
   * @throws InputError naming the column, where a cell is not a number or a date as expected, or too large for an f32
   */
  encode(cells: readonly Cell[], out: Float32Array, at: number): void;
}

type Encoder<Kind extends ColumnEncoder["kind"]> = Extract<ColumnEncoder, { readonly kind: Kind }>;

/** Writes the inputs of one encoder to out, from `at` on. */
type Write = (cells: readonly Cell[], out: Float32Array, at: number) => void;

/** Prepares the encoders of a preprocessing. @throws InputError naming the field that is wrong */
export function rowEncoder(preprocessing: Preprocessing): RowEncoder {
  const { columns, encoders } = requirePreprocessing(preprocessing);
  const [first] = encoders;
  const isRaw = encoders.length === 1 && first.kind === "pixels";
  const nameOf = (column: number): string => `column ${describeValue(columns[column])}`;
  const writers = encoders.map((encoder) => writerOf(encoder, isRaw ? 1 : undefined, nameOf));
  const lengths = encoders.map(inputsOf);
  return {
    inputs: lengths.reduce((sum, length) => sum + length, 0),
    scale: isRaw ? first.factor : 1,
    encode(cells, out, at) {
      if (cells.length !== columns.length) throw wrongLength(columns.length, cells.length);
      let place = at;
      for (let e = 0; e < writers.length; e++) {
        writers[e](cells, out, place);
        place += lengths[e];
      }
    },
  };
}

function wrongLength(columns: number, cells: number): InputError {
  return new InputError({
    where: "row",
    expected: `${columns} cells, one for each column`,
    found: String(cells),
    remedy: "pass the columns that the network was trained on, undefined where a cell is missing",
  });
}

/** @param factor replaces the factor of a pixels encoder */
function writerOf(encoder: ColumnEncoder, factor: number | undefined, nameOf: (column: number) => string): Write {
  switch (encoder.kind) {
    case "pixels":
      return pixels(encoder, factor ?? encoder.factor, nameOf);
    case "number":
      return numeric(encoder, (cell) => numberIn(cell, encoder.column, nameOf), nameOf);
    case "date":
      return numeric(encoder, (cell) => dateIn(cell, encoder, nameOf), nameOf);
    case "bins":
      return bins(encoder, nameOf);
    case "binary":
      return binary(encoder);
    case "category":
      return category(encoder);
  }
}

function pixels(encoder: Encoder<"pixels">, factor: number, nameOf: (column: number) => string): Write {
  const { column, count } = encoder;
  return (cells, out, at) => {
    for (let k = 0; k < count; k++) {
      const cell = cells[column + k];
      const isMissing = cell === undefined || Number.isNaN(cell);
      out[at + k] = isMissing ? 0 : numberIn(cell, column + k, nameOf) * factor;
      if (!Number.isFinite(out[at + k])) throw tooLarge(cell, nameOf(column + k));
    }
  };
}

/** @param read parses the number in a cell that is not missing */
function numeric(
  encoder: Encoder<"number" | "date">,
  read: (cell: number | string) => number,
  nameOf: (column: number) => string,
): Write {
  const { column, center, spread, clips, fill, marksMissing } = encoder;
  return (cells, out, at) => {
    const cell = cells[column];
    const isThere = holdsValue(cell);
    const z = ((isThere ? read(cell) : fill) - center) / spread;
    out[at] = clips ? clip(z) : z;
    if (!Number.isFinite(out[at])) throw tooLarge(cell, nameOf(column));
    if (marksMissing) out[at + 1] = isThere ? 0 : 1;
  };
}

/** Whether the cell may hold a number or a date: it is neither missing nor a mark for a missing value. */
function holdsValue(cell: Cell): cell is number | string {
  if (typeof cell === "number") return !Number.isNaN(cell);
  return cell !== undefined && !isGapMark(cell.trim());
}

/** Above this, clip(z) is exactly 3, and z^2 may exceed f64. */
const FAR = 1e100;

function clip(z: number): number {
  if (z > FAR) return 3;
  if (z < -FAR) return -3;
  return z / Math.sqrt(1 + (z / 3) ** 2);
}

function bins({ column, knots, fill }: Encoder<"bins">, nameOf: (column: number) => string): Write {
  return (cells, out, at) => {
    const cell = cells[column];
    const x = holdsValue(cell) ? numberIn(cell, column, nameOf) : fill;
    for (let t = 1; t < knots.length; t++) out[at + t - 1] = along(x, knots[t - 1], knots[t]);
  };
}

/**
 * The position of x between `low` and `high`, from -1 to 1. Values outside are handled first, as their differences may
 * exceed f64.
 */
function along(x: number, low: number, high: number): number {
  if (x <= low) return -1;
  return x >= high ? 1 : 2 * ((x - low) / (high - low)) - 1;
}

function binary({ column, levels, marksMissing }: Encoder<"binary">): Write {
  const find = levelFinder(levels);
  return (cells, out, at) => {
    const cell = cells[column];
    const level = cell === undefined ? -1 : find(cell);
    out[at] = level < 0 ? 0 : 2 * level - 1;
    if (marksMissing) out[at + 1] = level < 0 && !holdsValue(cell) ? 1 : 0;
  };
}

function category(encoder: Encoder<"category">): Write {
  const { column, levels, missing, other } = encoder;
  const find = levelFinder(levels);
  const inputs = inputsOf(encoder);
  const ofOthers = other ? inputs - 1 : -1;
  const ofMissing = missing ? levels.length : ofOthers;
  return (cells, out, at) => {
    const cell = cells[column];
    // A loop is faster than calling fill, as most categories have few levels.
    for (let k = at; k < at + inputs; k++) out[k] = 0;
    let hot = ofMissing;
    if (cell !== undefined && !Number.isNaN(cell)) {
      const level = find(cell);
      hot = level < 0 ? ofOthers : level;
    }
    if (hot >= 0) out[at + hot] = 1;
  };
}

/** @returns a function that returns the index of a cell's level, or -1 */
export function levelFinder(levels: readonly string[]): (cell: number | string) => number {
  const words = new Map<string, number>();
  const numbers = new Map<number, number>();
  for (const [index, level] of levels.entries()) {
    words.set(levelOf(level), index);
    const value = parseNumber(level);
    if (value !== undefined) numbers.set(value, index);
  }
  return (cell) =>
    typeof cell === "number" ? (numbers.get(cell) ?? -1) : (words.get(cell) ?? words.get(levelOf(cell)) ?? -1);
}

/** Whole numbers with too many digits for an f64. */
const LONG_WHOLE = /^\s*[+-]?\d{16,308}\s*$/;

function numberIn(cell: number | string, column: number, nameOf: (column: number) => string): number {
  if (typeof cell === "number") return cell;
  const value = parseNumber(cell);
  if (value !== undefined) return value;
  // A quantity, unlike a name, may be rounded.
  if (LONG_WHOLE.test(cell)) return Number(cell);
  throw new InputError({
    where: nameOf(column),
    expected: "a number, or nothing",
    found: describeValue(cell),
    remedy: "the network was trained on numbers there: mend the cell, or leave it empty",
  });
}

function dateIn(cell: number | string, encoder: Encoder<"date">, nameOf: (column: number) => string): number {
  const { column, order } = encoder;
  if (typeof cell === "string") {
    // A four-digit year at the start is unambiguous; Date objects arrive as such text.
    const days = parseDate(cell, order) ?? parseDate(cell, "ymd");
    if (days !== undefined) return days;
  }
  throw new InputError({
    where: nameOf(column),
    expected: `a date in the order ${order}, or nothing`,
    found: describeValue(cell),
    remedy: "the network was trained on dates there: mend the cell, or leave it empty",
  });
}

function tooLarge(cell: Cell, where: string): InputError {
  return new InputError({
    where,
    expected: "a number that fits an f32 once it is scaled",
    found: describeValue(cell),
    remedy: "mend the cell, or leave it empty",
  });
}
