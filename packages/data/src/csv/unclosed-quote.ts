/** A quote that opens a cell and never closes. */
import type { CsvFault } from "./fault.ts";
import { ALL_ROWS } from "./hash-lines.ts";
import { RowScanner } from "./row-scanner.ts";
import { MOST_ROW_BYTES, type RowRules } from "./table-layout.ts";

/** Where a quote stands. */
export interface OpenQuote {
  readonly line: number;
  /** The cell that it opens, from 1. */
  readonly column: number;
}

/**
 * Where the open quote is that a scanner has come upon.
 * @param bytes in which the scanner's places are
 */
export function openQuoteOf(scanner: RowScanner, bytes: Uint8Array, { delimiter }: RowRules): OpenQuote {
  let cells = 0;
  // The scanner counts no cells where it need not.
  const before = new RowScanner({ delimiter, hashRows: ALL_ROWS }, 1, (row) => {
    cells = row.cells;
  });
  before.scan(bytes, scanner.cut, scanner.quoteAt, true);
  before.finish(scanner.quoteAt);
  // Behind a run of blanks a cell has not begun, behind any other delimiter it has.
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
