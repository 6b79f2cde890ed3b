/** The options for reading a table, and the layout that was found. */

import type { CsvFault } from "./fault.ts";
import type { HashRows } from "./hash-lines.ts";

/** The separator of cells in a row; " " is a run of blanks. */
export type Delimiter = "," | ";" | "\t" | "|" | " ";

export interface TableOptions {
  /** Default: detected from the first rows. */
  readonly delimiter?: Delimiter | undefined;
  /** A name that TextDecoder knows. Default: by the byte order mark, else strict UTF-8. */
  readonly encoding?: string | undefined;
  /** Whether the first row names the columns. Default: detected. */
  readonly header?: boolean | undefined;
  /** The number of data rows after which to stop, from 1. */
  readonly rows?: number | undefined;
  /** Number of threads, from 1; the result does not depend on it. Default 1. */
  readonly threads?: number | undefined;
  /** Receives the bytes of the file read so far; `total` is undefined if the size is not known. */
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number | undefined }) => void) | undefined;
  /** Receives the size of the cells so far, in bytes; it may throw. */
  readonly onGrow?: ((bytes: number) => void) | undefined;
  /** Aborts reading; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Names of columns that the caller does not use as numbers: their format is not checked. */
  readonly exempt?: readonly string[] | undefined;
}

/** How to split bytes into rows. Plain data, so that it can be sent to threads. */
export interface RowRules {
  readonly delimiter: Delimiter;
  /** The range of cell counts that makes a line that begins with # a row; outside it, the line is a comment. */
  readonly hashRows: HashRows;
}

/** What parsing a block needs to know. */
export interface ParseRules extends RowRules {
  /** The number of columns of the table. */
  readonly columns: number;
  /** Whether every row ends with a delimiter, and so has an empty cell after the last column. */
  readonly trailing: boolean;
  /** The text of the header: rows that repeat it are skipped. Undefined if such rows may be data. */
  readonly headerText: string | undefined;
  /** A column whose text is kept verbatim, even numbers: 007 identifies a row, 7 does not. */
  readonly verbatim?: number | undefined;
}

export interface TableLayout extends ParseRules {
  /** The names of the columns, made unique like in pandas (x, x.1); without a header, their positions from 1. */
  readonly names: readonly string[];
  /** The names in the header, which may be empty or repeated. */
  readonly originalNames: readonly string[];
  readonly hasHeader: boolean;
  /** Whether the first rows have numbers with a decimal comma. */
  readonly decimalComma: boolean;
}

/** Returns the part of a layout that parsing needs: it is sent with each block, so it excludes the names. */
export function parseRulesOf({ delimiter, hashRows, columns, trailing, headerText, verbatim }: ParseRules): ParseRules {
  return { delimiter, hashRows, columns, trailing, headerText, verbatim };
}

/** Makes the fault of a row with the wrong number of cells. */
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
