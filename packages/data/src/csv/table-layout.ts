/** What is asked of a table's text, and what was found out about it. */

import type { CsvFault } from "./fault.ts";
import type { HashRows } from "./hash-lines.ts";

/** What parts the cells of a row; " " is a run of blanks. */
export type Delimiter = "," | ";" | "\t" | "|" | " ";

export interface TableOptions {
  /** Default: found from the first rows. */
  readonly delimiter?: Delimiter | undefined;
  /** A name that TextDecoder knows. Default: by the byte order mark, else UTF-8, strict. */
  readonly encoding?: string | undefined;
  /** Whether the first row names the columns. Default: found. */
  readonly header?: boolean | undefined;
  /** Stop after so many rows of data, from 1. */
  readonly rows?: number | undefined;
  /** Threads to parse with, from 1; they change nothing in the result. Default 1. */
  readonly threads?: number | undefined;
  /** Told bytes of the file, as they are read; `total` is undefined where the end is not known. */
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number | undefined }) => void) | undefined;
  /** Told how many bytes the cells hold so far; may throw. */
  readonly onGrow?: ((bytes: number) => void) | undefined;
  /** Ends reading; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Names of columns whose numbers may be written in any way: those that are no numbers to the caller. */
  readonly exempt?: readonly string[] | undefined;
}

/** How rows are made of bytes. Plain data: it crosses threads. */
export interface RowRules {
  readonly delimiter: Delimiter;
  /** From how many cells to how many a line that begins with # is a row; with any other number it is a comment. */
  readonly hashRows: HashRows;
}

/** What parsing a block needs to know. */
export interface ParseRules extends RowRules {
  /** Columns of the table. */
  readonly columns: number;
  /** Whether every row ends with a delimiter: one cell more than there are columns, and nothing in it. */
  readonly trailing: boolean;
  /** The header as it stands: a row like it is the header again, and skipped. Undefined where it may be data. */
  readonly headerText: string | undefined;
  /** A column that is kept as it stands, numbers too: 007 names a row, 7 does not. */
  readonly verbatim?: number | undefined;
}

export interface TableLayout extends ParseRules {
  /** The columns' names: unique, as pandas makes them (x, x.1); without a header their positions from 1. */
  readonly names: readonly string[];
  /** The same as they stand in the header, empty and doubled ones too. */
  readonly originalNames: readonly string[];
  readonly hasHeader: boolean;
  /** Whether the first rows have numbers with a decimal comma. */
  readonly decimalComma: boolean;
}

/** The part of a layout that parsing needs: what is sent with each block, however many names there are. */
export function parseRulesOf({ delimiter, hashRows, columns, trailing, headerText, verbatim }: ParseRules): ParseRules {
  return { delimiter, hashRows, columns, trailing, headerText, verbatim };
}

/** The fault of a row that has another number of cells. */
export function cellCountFault({ columns, trailing }: ParseRules, line: number, found: number): CsvFault {
  if (trailing && found === columns + 1) {
    return { line, expected: "nothing behind the last delimiter, as in the first rows", found: "a cell" };
  }
  return { line, expected: `${columns} columns like the first row`, found: String(found) };
}

/** The most columns that a table may have. */
export const MOST_COLUMNS = 1 << 20;

/** The most bytes that a row may have. */
export const MOST_ROW_BYTES = 64 << 20;
