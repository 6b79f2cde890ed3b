/**
 * Splits rows into cells. fast-csv, which defines CSV here, parses rows with quotes. A row without quotes is split at
 * its delimiters, with the same result.
 */
import { parse } from "fast-csv";
import { collapseBlanks } from "./blanks.ts";
import { QUOTE } from "./characters.ts";
import { ALL_ROWS } from "./hash-lines.ts";
import type { ScannedRow } from "./row-scanner.ts";
import type { Delimiter } from "./table-layout.ts";

/** The most bytes of a row with quotes: fast-csv needs 20 times as much memory. */
export const MOST_QUOTED_BYTES = 8 << 20;

/** Bytes to parse at a time. */
const PORTION = 1 << 16;

/** fast-csv and the scanner find different rows or cells, or the row is too long for fast-csv. */
export class RowsDisagree extends Error {
  /** The line of the first row that may be at fault. */
  readonly line: number;

  constructor(line: number) {
    super(`the row in line ${line} can be read in two ways`);
    this.line = line;
  }
}

/**
 * Yields the cells of scanned rows, some rows at a time.
 * @throws RowsDisagree during iteration, so that no row is lost silently
 */
export async function* cellsOfRows(
  bytes: Uint8Array,
  rows: readonly ScannedRow[],
  delimiter: Delimiter,
): AsyncGenerator<readonly (readonly string[])[]> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let from = 0; from < rows.length; ) {
    let to = from + 1;
    while (to < rows.length && rows[to].end - rows[from].start <= PORTION) to++;
    const texts = rows.slice(from, to).map(({ start, end }) => {
      const row = text.subarray(start, end);
      return delimiter === " " ? collapseBlanks(row, ALL_ROWS).bytes : row;
    });
    const parted = await partRows(texts, delimiter === " " ? "\t" : delimiter);
    const wrong = texts.findIndex((_, row) => parted?.[row].length !== rows[from + row].cells);
    if (parted === undefined || wrong >= 0) throw new RowsDisagree(rows[from + Math.max(0, wrong)].line);
    yield parted;
    from = to;
  }
}

/** @returns undefined if fast-csv finds another number of rows, or a row with quotes is too long */
async function partRows(rows: readonly Buffer[], delimiter: string): Promise<readonly string[][] | undefined> {
  const quoted = rows.filter((row) => row.includes(QUOTE));
  if (quoted.some((row) => row.length > MOST_QUOTED_BYTES)) return undefined;
  const parsed = quoted.length === 0 ? [] : await parseRows(quoted, delimiter);
  if (parsed?.length !== quoted.length) return undefined;
  let next = 0;
  return rows.map((row) => (row === quoted[next] ? parsed[next++] : row.toString().split(delimiter)));
}

/** Parses rows with fast-csv; undefined if it finds a fault. */
function parseRows(rows: readonly Buffer[], delimiter: string): Promise<string[][] | undefined> {
  return new Promise((resolve) => {
    const parsed: string[][] = [];
    const parser = parse({ headers: false, ignoreEmpty: false, delimiter });
    parser.on("data", (row: string[]) => parsed.push(row));
    parser.on("end", () => resolve(parsed));
    parser.on("error", () => resolve(undefined));
    parser.end(Buffer.concat(rows.flatMap((row) => [row, NEW_LINE])));
  });
}

const NEW_LINE = Buffer.from("\n");
