/** Which delimiter the first rows of a text speak for. */
import { MISSING_WORDS, parseNumber } from "@scratch-nn/core";
import { parseDecimalComma } from "./decimal-marks.ts";
import { type Head, readSample, type ScannedSample, scanSample } from "./sample.ts";
import type { Delimiter, TableOptions } from "./table-layout.ts";

/** Where others speak as loudly, the earlier one: "5,1;setosa" is two cells by ; and by , but a comma is also a decimal point. */
const DELIMITERS: readonly Delimiter[] = ["\t", ";", "|", ",", " "];

/** Cells that are looked at for numbers, about. */
const MOST_CELLS = 2000;

/**
 * The sample seen with the delimiter that gives rows of as many cells each, and most numbers among them.
 * @param comments whether lines that begin with # are skipped
 */
export async function findDelimiter(
  head: Head,
  wanted: TableOptions["delimiter"],
  comments: boolean,
): Promise<ScannedSample> {
  if (wanted !== undefined) return scanSample(head, { delimiter: wanted, comments });
  const candidates = DELIMITERS.map((delimiter) => scanSample(head, { delimiter, comments }));
  const possible = candidates.filter((sample) => sample.cells > 1 && sample.fault === undefined);
  const ranked = await Promise.all(possible.map(async (sample) => ({ sample, score: await scoreOf(head, sample) })));
  // Sorting is stable: of equals, the first stays first.
  const best = ranked.sort((a, b) => b.score - a.score)[0]?.sample;
  return best ?? candidates[DELIMITERS.indexOf(",")];
}

/** How regular the rows are, and then how much of them is numbers. */
async function scoreOf(head: Head, sample: ScannedSample): Promise<number> {
  const { rows, rules, cells, regular } = sample;
  const some = rows.slice(rows.length > 1 ? 1 : 0, 1 + Math.max(1, Math.ceil(MOST_CELLS / cells)));
  let [numbers, all] = [0, 0];
  for (const row of await readSample(head.bytes, some, rules)) {
    for (const cell of row.cells) {
      if (MISSING_WORDS.has(cell)) continue;
      all++;
      if (isNumber(cell, rules.delimiter)) numbers++;
    }
  }
  return Math.round(10 * regular) + numbers / Math.max(1, all);
}

/** More digits than an f64 holds. */
const LONG_WHOLE = /^[+-]?\d{16,}$/;

/** Whether a cell is a number where cells are parted so, be it one that has too many digits for an f64. */
export function isNumber(cell: string, delimiter: Delimiter): boolean {
  if (parseNumber(cell) !== undefined || LONG_WHOLE.test(cell)) return true;
  return delimiter !== "," && parseDecimalComma(cell) !== undefined;
}
