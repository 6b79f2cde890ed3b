/** Which delimiter the first rows of a text speak for. */
import { MISSING_WORDS, parseNumber } from "@scratch-nn/core/engine";
import { isFormattedNumber, parseDecimalComma } from "./decimal-marks.ts";
import { scanWithHashes } from "./hash-sample.ts";
import { type Head, readSample, type ScannedSample } from "./sample.ts";
import type { Delimiter, TableOptions } from "./table-layout.ts";

/** Where others speak as loudly, the earlier one: "5,1;setosa" is two cells by ; and by , but a comma is also a decimal point. */
const DELIMITERS: readonly Delimiter[] = ["\t", ";", ",", "|", " "];

/** Bars and blanks stand inside cells more often than the others. */
const RANKS: Readonly<Record<Delimiter, number>> = { "\t": 2, ";": 2, ",": 2, "|": 1, " ": 0 };

/** Cells that are looked at for numbers, about. */
const MOST_CELLS = 2000;

/** How well a delimiter fits: what comes first matters most; of each, more is better. */
type Fit = readonly [shape: number, regular: number, clean: number, rank: number, numbers: number];

/** The header has as many cells as the rows below it, or one less and every row ends with a delimiter. */
export const AGREES = 2;
/** It has one cell less, two or more: the rows may have names. */
const ROW_NAMES = 1;
const DISAGREES = 0;

/** The sample seen with the delimiter that parts header and rows alike, and leaves no other ones inside cells. */
export async function findDelimiter(head: Head, wanted: TableOptions["delimiter"]): Promise<ScannedSample> {
  if (wanted !== undefined) return scanWithHashes(head, wanted);
  const candidates = DELIMITERS.map((delimiter) => scanWithHashes(head, delimiter));
  const possible = candidates.filter(
    (sample) => sample.cells > 1 && sample.fault === undefined && !isOneColumn(sample),
  );
  const ranked = await Promise.all(possible.map(async (sample) => ({ sample, fit: await fitOf(head, sample) })));
  // Sorting is stable: of equals, the first stays first.
  const best = ranked.sort((a, b) => compare(b.fit, a.fit))[0]?.sample;
  return best ?? candidates[DELIMITERS.indexOf(",")];
}

function compare(a: Fit, b: Fit): number {
  return a.map((value, k) => value - b[k]).find((difference) => difference !== 0) ?? 0;
}

/** Whether a column without a neighbour is called by one word, and has cells of two: 1197 CC. */
function isOneColumn({ rows, cells, rules }: ScannedSample): boolean {
  return RANKS[rules.delimiter] < 2 && rows[0].cells === 1 && cells === 2;
}

async function fitOf(head: Head, sample: ScannedSample): Promise<Fit> {
  const { rows, rules, cells, regular } = sample;
  const some = rows.slice(rows.length > 1 ? 1 : 0, 1 + Math.max(1, Math.ceil(MOST_CELLS / cells)));
  let [numbers, clean, all] = [0, 0, 0];
  let endsEmpty = true;
  for (const row of await readSample(head.bytes, some, rules)) {
    endsEmpty &&= row.cells.length < cells || row.cells[cells - 1] === "";
    for (const cell of row.cells) {
      if (MISSING_WORDS.has(cell)) continue;
      all++;
      const isOne = isNumber(cell, rules.delimiter);
      if (isOne) numbers++;
      if (isOne || isFormattedNumber(cell) || !holdsDelimiter(cell, rules.delimiter)) clean++;
    }
  }
  all = Math.max(1, all);
  const shape = shapeOf(rows[0].cells, cells, endsEmpty);
  return [shape, Math.round(10 * regular), clean / all, RANKS[rules.delimiter], numbers / all];
}

function shapeOf(first: number, cells: number, endsEmpty: boolean): number {
  if (first === cells || (first === cells - 1 && endsEmpty)) return AGREES;
  return first === cells - 1 && first > 1 ? ROW_NAMES : DISAGREES;
}

/** Whether a cell looks as if it were several: "1 3" too, of 5,1 3,5. */
function holdsDelimiter(cell: string, delimiter: Delimiter): boolean {
  return /[,;\t|]| {2}/.test(cell) || (delimiter === "," && /^\d+ \d+$/.test(cell));
}

/** More digits than an f64 holds. */
const LONG_WHOLE = /^[+-]?\d{16,}$/;

/** Whether a cell is a number where cells are parted so, be it one that has too many digits for an f64. */
export function isNumber(cell: string, delimiter: Delimiter): boolean {
  if (parseNumber(cell) !== undefined || LONG_WHOLE.test(cell)) return true;
  return delimiter !== "," && parseDecimalComma(cell) !== undefined;
}
