/** The first rows of a text, as words: what delimiter, header and columns are found from. */
import { cellsOfRows, scanRows } from "./quoted-rows.ts";
import type { ScannedRow } from "./row-scanner.ts";
import type { RowRules } from "./table-layout.ts";

/** A row of the sample, and where it stands. */
export interface SampleRow extends Pick<ScannedRow, "start" | "end" | "line"> {
  /** Trimmed. */
  readonly cells: readonly string[];
}

/** Rows that a layout is judged by, at most. */
const MOST_ROWS = 200;
/** Beyond two rows, cells that it is judged by, about. */
const MOST_CELLS = 100_000;

/**
 * The first rows.
 * @param head the text's beginning, without a byte order mark
 * @param whole whether that is all of it: else the last row may be part of one, and is left out
 */
export async function sampleRows(head: Uint8Array, whole: boolean, rules: RowRules): Promise<readonly SampleRow[]> {
  const { rows } = scanRows(head, rules, 1);
  const complete = whole ? rows : rows.filter((row) => row.end < head.length);
  const perRow = complete[0]?.cells ?? 1;
  const taken = complete.slice(0, Math.min(MOST_ROWS, Math.max(2, Math.ceil(MOST_CELLS / perRow))));
  const sample: SampleRow[] = [];
  for await (const cells of cellsOfRows(head, taken, rules.delimiter)) {
    sample.push({ ...taken[sample.length], cells: cells.map((cell) => cell.trim()) });
    if (sample.length === taken.length) break;
  }
  return sample;
}
