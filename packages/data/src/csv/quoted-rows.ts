/** The general parser, for blocks with quoted cells. */
import { excerpt } from "@scratch-nn/core/engine";
import type { CsvFault } from "./fault.ts";
import { cellsOfRows, MOST_QUOTED_BYTES, RowsDisagree } from "./row-cells.ts";
import { RowScanner, type ScannedRow } from "./row-scanner.ts";
import type { RowStore } from "./row-store.ts";
import { cellCountFault, type ParseRules, type RowRules } from "./table-layout.ts";
import type { TextBlock } from "./text-block.ts";
import { type OpenQuote, openQuoteOf } from "./unclosed-quote.ts";

/** The rows that the scanner finds in a text, and its faults. */
export interface ScannedText {
  readonly rows: readonly ScannedRow[];
  readonly comments: number;
  /** A quote that never closes. */
  readonly openQuote: OpenQuote | undefined;
  /** The offset and the line after the last line end. */
  readonly rest: { readonly start: number; readonly line: number };
  readonly fault: CsvFault | undefined;
}

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
  const rest = { start: scanner.cut, line: scanner.cutLine };
  scanner.finish(bytes.length);
  const { malformed, comments } = scanner;
  const openQuote = scanner.inQuotes ? openQuoteOf(scanner, bytes, rules) : undefined;
  if (malformed === undefined) return { rows, comments, openQuote, rest, fault: undefined };
  const { line, column, at } = malformed;
  const fault = {
    line,
    column,
    expected: "a delimiter or the end of the row behind a closing quote",
    found: excerpt(
      Buffer.from(bytes.subarray(at, at + 20))
        .toString()
        .split(/[\r\n]/)[0],
    ),
    remedy: 'write a quote inside a quoted cell as ""',
  };
  // fast-csv would stop at that row, too.
  const before = rows.filter((row) => row.end < at);
  return { rows: before, comments, openQuote, rest, fault };
}

/** Parses a block of any rows into a store. @returns the first fault, if there is one */
export async function parseQuotedRows(
  block: TextBlock,
  rules: ParseRules,
  store: RowStore,
): Promise<CsvFault | undefined> {
  const { rows, comments, fault } = scanRows(block.bytes, rules, block.firstLine);
  store.comments += comments;
  store.widen();
  let place = 0;
  try {
    for await (const portion of cellsOfRows(block.bytes, rows, rules.delimiter)) {
      for (const cells of portion) {
        const wrong = storeRow(cells, rows[place++].line, rules, store);
        if (wrong !== undefined) return wrong;
      }
    }
  } catch (error) {
    if (!(error instanceof RowsDisagree)) throw error;
    return disagreeFault(error);
  }
  return fault;
}

function storeRow(cells: readonly string[], line: number, rules: ParseRules, store: RowStore): CsvFault | undefined {
  const { columns } = rules;
  const trailing = rules.trailing && cells.length === columns + 1 && cells[columns].trim() === "";
  if (cells.length !== columns && !trailing) return cellCountFault(rules, line, cells.length);
  if (isHeader(cells, rules)) {
    store.repeatedHeaders++;
    return undefined;
  }
  for (let column = 0; column < columns; column++) store.text(column, cells[column], line);
  store.endRow(line);
  return undefined;
}

/** Whether a row repeats the header. */
function isHeader(cells: readonly string[], { headerText, delimiter }: ParseRules): boolean {
  // The first cell rules out most rows.
  if (!headerText?.startsWith(cells[0].trim())) return false;
  return cells.map((cell) => cell.trim()).join(delimiter) === headerText;
}

export function disagreeFault({ line }: RowsDisagree): CsvFault {
  return {
    line,
    expected: `quoted cells that can be read in one way only, in rows of at most ${MOST_QUOTED_BYTES} bytes`,
    found: "others",
    remedy: 'write a quote inside a cell as "" and quote the whole cell',
  };
}
