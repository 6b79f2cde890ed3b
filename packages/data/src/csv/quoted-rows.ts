/** The general way from text to cells: by fast-csv, which says what CSV is. */
import { Readable } from "node:stream";
import { parse } from "fast-csv";
import { collapseBlanks } from "./blanks.ts";
import type { CsvFault } from "./fault.ts";
import { RowScanner, type ScannedRow } from "./row-scanner.ts";
import type { RowStore } from "./row-store.ts";
import { cellCountFault, type Delimiter, type RowRules, type TableLayout } from "./table-layout.ts";
import type { TextBlock } from "./text-block.ts";

/** fast-csv makes garbage of a hundred times its text: so many bytes at a time. */
const PORTION = 1 << 16;

/** The rows of a text as the scanner finds them, and what is wrong with it. */
export interface ScannedText {
  readonly rows: readonly ScannedRow[];
  readonly comments: number;
  /** The line of a quote that never closes. */
  readonly openQuote: number | undefined;
  /** What comes behind the last row, and its line. */
  readonly rest: { readonly start: number; readonly line: number };
  readonly fault: CsvFault | undefined;
}

/** Bytes [start, end). */
export type Span = Pick<ScannedRow, "start" | "end">;

/** Finds the rows of a whole text. */
export function scanRows(
  bytes: Uint8Array,
  rules: RowRules,
  firstLine: number,
  mostRows = Number.POSITIVE_INFINITY,
): ScannedText {
  const rows: ScannedRow[] = [];
  const scanner = new RowScanner(rules, firstLine, (row) => rows.push(row));
  scanner.mostRows = mostRows;
  scanner.scan(bytes, 0, bytes.length, true);
  scanner.finish(bytes.length);
  const { malformed, comments } = scanner;
  const openQuote = scanner.inQuotes ? scanner.quoteLine : undefined;
  // fast-csv would stop there too, but not say where.
  if (malformed !== undefined) rows.splice(rows.findIndex((row) => row.end >= malformed.at));
  const fault = malformed && {
    line: malformed.line,
    column: malformed.column,
    expected: "a delimiter or the end of the row behind a closing quote",
    found: "something else",
    remedy: 'write a quote inside a quoted cell as ""',
  };
  return { rows, comments, openQuote, rest: { start: scanner.cut, line: scanner.cutLine }, fault };
}

/** Rows of cells, by fast-csv, for the scanned rows of a text. With runs of blanks, it sees a tab for each. */
export async function* cellsOfRows(
  bytes: Uint8Array,
  rows: readonly Span[],
  delimiter: Delimiter,
): AsyncGenerator<string[]> {
  const runs = delimiter === " ";
  const parser = parse({ headers: false, ignoreEmpty: false, delimiter: runs ? "\t" : delimiter });
  const text = Readable.from(portions(bytes, rows, runs));
  text.on("error", (error) => parser.destroy(error));
  try {
    yield* text.pipe(parser) as AsyncIterable<string[]>;
  } finally {
    text.destroy();
  }
}

function* portions(bytes: Uint8Array, rows: readonly Span[], runs: boolean): Generator<Buffer> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let pieces: Buffer[] = [];
  let size = 0;
  for (const { start, end } of rows) {
    const row = text.subarray(start, end);
    pieces.push(runs ? collapseBlanks(row, false) : row, NEW_LINE);
    size += end - start + 1;
    if (size < PORTION) continue;
    yield Buffer.concat(pieces);
    pieces = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(pieces);
}

const NEW_LINE = Buffer.from("\n");

/** Parses a block of any rows into a store. @returns what is wrong, if something is */
export async function parseQuotedRows(
  block: TextBlock,
  layout: TableLayout,
  store: RowStore,
): Promise<CsvFault | undefined> {
  const { rows, comments, fault } = scanRows(block.bytes, layout, block.firstLine);
  store.comments += comments;
  let place = 0;
  try {
    for await (const cells of cellsOfRows(block.bytes, rows, layout.delimiter)) {
      const row = rows[place++];
      if (row?.cells !== cells.length) return disagreement(rows, place);
      const wrong = storeRow(cells, row.line, layout, store);
      if (wrong !== undefined) return wrong;
    }
  } catch (error) {
    if (!isParseError(error)) throw error;
    return disagreement(rows, place);
  }
  return place === rows.length ? fault : disagreement(rows, place);
}

function storeRow(cells: readonly string[], line: number, layout: TableLayout, store: RowStore): CsvFault | undefined {
  const { columns } = store;
  const trailing = layout.trailing && cells.length === columns + 1 && cells[columns].trim() === "";
  if (cells.length !== columns && !trailing) return cellCountFault(layout, line, cells.length);
  if (layout.headerText !== undefined && layout.originalNames.every((name, column) => name === cells[column].trim())) {
    store.repeatedHeaders++;
    return undefined;
  }
  for (let column = 0; column < columns; column++) store.text(column, cells[column], line);
  store.endRow(line);
  return undefined;
}

/** fast-csv and the scanner must find the same rows, cell for cell: no row is lost without a word. */
function disagreement(rows: readonly ScannedRow[], place: number): CsvFault {
  return {
    line: rows[Math.max(0, Math.min(place, rows.length) - 1)]?.line ?? 1,
    expected: "a row that can be read in one way only",
    found: "quotes that can be read in two",
    remedy: 'write a quote inside a cell as "" and quote the whole cell',
  };
}

function isParseError(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("Parse Error");
}
