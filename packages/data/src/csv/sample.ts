/** A sample of the first rows of a text, from which delimiter, header and columns are found. */
import { type ScannedText, scanRows } from "./quoted-rows.ts";
import { cellsOfRows } from "./row-cells.ts";
import type { ScannedRow } from "./row-scanner.ts";
import { MOST_COLUMNS, type RowRules } from "./table-layout.ts";

/** A row of the sample: its position and its cells, trimmed. */
export interface SampleRow extends Pick<ScannedRow, "start" | "line" | "comments"> {
  readonly cells: readonly string[];
}

/** The first rows, split by a delimiter. */
export interface ScannedSample extends ScannedText {
  readonly rules: RowRules;
  /** The most frequent number of cells in a row; 0 without rows. */
  readonly cells: number;
  /** The fraction of rows with that number of cells, from 0 to 1. */
  readonly regular: number;
}

/** The start of a text, from which the layout is found. */
export interface Head {
  /** The bytes in UTF-8, without a byte order mark. */
  readonly bytes: Buffer;
  /** Whether it is the whole text. If not, the last row may be incomplete, and is left out. */
  readonly whole: boolean;
}

/** The most rows to judge a layout by. */
export const SAMPLE_ROWS = 200;

export function scanSample({ bytes, whole }: Head, rules: RowRules): ScannedSample {
  const scan = scanRows(bytes, rules, 1, SAMPLE_ROWS);
  const rows = whole ? scan.rows : scan.rows.filter((row) => row.end < bytes.length);
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(row.cells, (counts.get(row.cells) ?? 0) + 1);
  // The larger number wins a tie.
  const [cells, often] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [0, 0];
  return { ...scan, rules, rows, cells, regular: often / Math.max(1, rows.length) };
}

/** Reads the cells of some rows of a text. */
export async function readSample(
  bytes: Uint8Array,
  rows: readonly ScannedRow[],
  rules: RowRules,
): Promise<SampleRow[]> {
  const sample: SampleRow[] = [];
  const taken = rows.filter((row) => row.cells <= MOST_COLUMNS);
  for await (const portion of cellsOfRows(bytes, taken, rules.delimiter)) {
    for (const cells of portion) {
      const { start, line, comments } = taken[sample.length];
      sample.push({ start, line, comments, cells: cells.map((cell) => cell.trim()) });
    }
  }
  return sample;
}
