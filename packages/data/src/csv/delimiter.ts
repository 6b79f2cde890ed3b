/** Detects the delimiter from the first rows of a text. */
import { MISSING_WORDS, parseNumber } from "@scratch-nn/core/engine";
import { isFormattedNumber, parseDecimalComma } from "./decimal-marks.ts";
import { scanWithHashes } from "./hash-sample.ts";
import { type Head, readSample, type ScannedSample } from "./sample.ts";
import type { Delimiter, TableOptions } from "./table-layout.ts";

/** The first of equal fits wins: "5,1;setosa" is two cells by ; and by , but a comma may be a decimal mark. */
const DELIMITERS: readonly Delimiter[] = ["\t", ";", ",", "|", " "];

/** Bars and blanks rank lower, because they occur inside cells more often. */
const RANKS: Readonly<Record<Delimiter, number>> = { "\t": 2, ";": 2, ",": 2, "|": 1, " ": 0 };

/** The approximate number of cells to examine for numbers. */
const MOST_CELLS = 2000;

/** How well a delimiter fits, compared lexicographically; larger is better. */
type Fit = readonly [shape: number, regular: number, clean: number, rank: number, numbers: number];

/** The header has as many cells as the rows below it, or one fewer and every row ends with a delimiter. */
export const AGREES = 2;
/** The header has two cells or more, and one fewer than the rows: the rows may have names. */
const ROW_NAMES = 1;
const DISAGREES = 0;

/**
 * Scans the sample with each delimiter. The best fit has equal cell counts and no other delimiters inside cells. If none
 * fits well, the result may be a sample with a fault, such as a stray quote, which the caller reports.
 */
export async function findDelimiter(head: Head, wanted: TableOptions["delimiter"]): Promise<ScannedSample> {
  if (wanted !== undefined) return scanWithHashes(head, wanted);
  const candidates = DELIMITERS.map((delimiter) => scanWithHashes(head, delimiter));
  const possible = candidates.filter((sample) => sample.cells > 1 && !isOneColumn(sample));
  const ranked = await Promise.all(possible.map(async (sample) => ({ sample, fit: await fitOf(head, sample) })));
  // Sorting is stable, so the preferred delimiter wins ties.
  ranked.sort((a, b) => compare(b.fit, a.fit));
  const best = ranked.find(({ sample }) => sample.fault === undefined);
  // A delimiter that stands inside cells parts most tables without a fault, but not alike with the header.
  const faulty =
    best?.fit[0] === AGREES ? undefined : ranked.find((one) => isRegularButFaulty(one, best === undefined));
  return (faulty ?? best)?.sample ?? candidates[DELIMITERS.indexOf(",")];
}

/** Whether all rows before the fault of a sample have as many cells; one row is enough if `isOnly`. */
function isRegularButFaulty({ sample, fit }: { sample: ScannedSample; fit: Fit }, isOnly: boolean): boolean {
  const { fault, rows, regular } = sample;
  return fault !== undefined && fit[0] === AGREES && regular === 1 && rows.length > (isOnly ? 0 : 1);
}

function compare(a: Fit, b: Fit): number {
  return a.map((value, k) => value - b[k]).find((difference) => difference !== 0) ?? 0;
}

/** Whether this is one column: its name is one word and its cells are two, such as "1197 CC". */
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

/** Whether a cell contains another delimiter, or is "1 3" of the row "5,1 3,5". */
function holdsDelimiter(cell: string, delimiter: Delimiter): boolean {
  return /[,;\t|]| {2}/.test(cell) || (delimiter === "," && /^\d+ \d+$/.test(cell));
}

/** An integer that may have more digits than an f64 holds. */
const LONG_WHOLE = /^[+-]?\d{16,}$/;

/** Whether a cell is a number, given the delimiter, even if it has too many digits for an f64. */
export function isNumber(cell: string, delimiter: Delimiter): boolean {
  if (parseNumber(cell) !== undefined || LONG_WHOLE.test(cell)) return true;
  return delimiter !== "," && parseDecimalComma(cell) !== undefined;
}
