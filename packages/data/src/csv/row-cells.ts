/**
 * The cells of rows: by fast-csv, which says what CSV is, where there are quotes; a row without is parted at its
 * delimiters, which gives the same.
 */
import { parse } from "fast-csv";
import { collapseBlanks } from "./blanks.ts";
import { QUOTE } from "./characters.ts";
import { ALL_ROWS } from "./hash-lines.ts";
import type { ScannedRow } from "./row-scanner.ts";
import type { Delimiter } from "./table-layout.ts";

/** The most bytes of a row with quotes: fast-csv takes 20 times as much memory. */
export const MOST_QUOTED_BYTES = 8 << 20;

/** Bytes that are parsed at a time. */
const PORTION = 1 << 16;

/** fast-csv does not see the rows and cells that the scanner saw, or the row is too long for it. */
export class RowsDisagree extends Error {
  /** Of the first row that may be the one. */
  readonly line: number;

  constructor(line: number) {
    super(`the row in line ${line} can be read in two ways`);
    this.line = line;
  }
}

/**
 * The cells of the scanned rows of a text, some rows at a time.
 * @throws RowsDisagree from the iteration: no row is lost without a word
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

/** @returns undefined where fast-csv finds another number of rows */
async function partRows(rows: readonly Buffer[], delimiter: string): Promise<readonly string[][] | undefined> {
  const quoted = rows.filter((row) => row.includes(QUOTE));
  if (quoted.some((row) => row.length > MOST_QUOTED_BYTES)) return undefined;
  const parsed = quoted.length === 0 ? [] : await parseRows(quoted, delimiter);
  if (parsed?.length !== quoted.length) return undefined;
  let next = 0;
  return rows.map((row) => (row === quoted[next] ? parsed[next++] : row.toString().split(delimiter)));
}

/** Rows by fast-csv; undefined where it finds a fault. */
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
