/** Locates a quote that opens a cell and never closes. */
import type { CsvFault } from "./fault.ts";
import { ALL_ROWS } from "./hash-lines.ts";
import { RowScanner } from "./row-scanner.ts";
import { MOST_ROW_BYTES, type RowRules } from "./table-layout.ts";

/** The position of a quote. */
export interface OpenQuote {
  readonly line: number;
  /** The position of its cell in the row, from 1. */
  readonly column: number;
}

/**
 * Returns the position of a scanner's open quote.
 * @param bytes the memory that the scanner's offsets refer to
 */
export function openQuoteOf(scanner: RowScanner, bytes: Uint8Array, { delimiter }: RowRules): OpenQuote {
  let cells = 0;
  // The scanner may not have counted cells, so the row is scanned again.
  const before = new RowScanner({ delimiter, hashRows: ALL_ROWS }, 1, (row) => {
    cells = row.cells;
  });
  before.scan(bytes, scanner.cut, scanner.quoteAt, true);
  before.finish(scanner.quoteAt);
  // After a run of blanks no cell has begun yet; after any other delimiter one has.
  return { line: scanner.quoteLine, column: delimiter === " " ? cells + 1 : Math.max(1, cells) };
}

export function unclosedFault({ line, column }: OpenQuote): CsvFault {
  return {
    line,
    column,
    expected: `a closing quote, at most ${MOST_ROW_BYTES} bytes further on`,
    found: "none for the quote that opens a cell here",
    remedy: 'close it, or write it as """" if it is part of the text',
  };
}
