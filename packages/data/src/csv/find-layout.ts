/** Finds the layout of a table (delimiter, header, columns) from the start of its text. */
import { InputError } from "@scratch-nn/core";
import { HASH, LINE_FEED, RETURN } from "./characters.ts";
import { findComments } from "./comments.ts";
import { areDashes } from "./dashes.ts";
import { parseDecimalComma } from "./decimal-marks.ts";
import { findDelimiter } from "./delimiter.ts";
import { type CsvFault, tableFault } from "./fault.ts";
import type { HashRows } from "./hash-lines.ts";
import { type NamedColumns, nameColumns } from "./name-columns.ts";
import { requireOneColumn } from "./one-column.ts";
import { type Head, readSample, type SampleRow, type ScannedSample } from "./sample.ts";
import { findSeparatorLine } from "./separator-line.ts";
import { type Delimiter, MOST_COLUMNS, MOST_ROW_BYTES, type TableLayout, type TableOptions } from "./table-layout.ts";
import { type TextStart, tooLongFault } from "./text-block.ts";
import { unclosedFault } from "./unclosed-quote.ts";

export interface FoundLayout {
  readonly layout: TableLayout;
  /** The position at which the data rows begin. */
  readonly start: TextStart;
  /** The number of comments before the data rows. */
  readonly comments: number;
  /** The decisions made, one a line. */
  readonly remarks: readonly string[];
}

/** The approximate number of cells to judge a layout from; at least two rows in any case. */
const MOST_CELLS = 100_000;

/** The most text to search for the first rows. */
const MOST_HEAD_BYTES = 2 * MOST_ROW_BYTES;

const NO_NAMES = { names: [], hasHeader: false };

const DELIMITER_NAMES: Readonly<Record<Delimiter, string>> = {
  ",": "commas",
  ";": "semicolons",
  "\t": "tabs",
  "|": "bars",
  " ": "blanks",
};

/**
 * Finds the layout.
 * @param where the name of the text in errors
 * @returns undefined if more of the text is needed
 * @throws InputError if there are no data rows, or if the text has no valid layout
 */
export async function findLayout(where: string, head: Head, options: TableOptions): Promise<FoundLayout | undefined> {
  const separator = findSeparatorLine(head);
  if (separator === undefined) return await findTable(where, head, options);
  const { delimiter } = separator;
  const wins = options.delimiter === undefined || options.delimiter === delimiter;
  const found = await findTable(where, separator.head, { ...options, delimiter: options.delimiter ?? delimiter });
  const said = `the first line (sep=${delimiter === "\t" ? "\\t" : delimiter})`;
  const remark = wins
    ? `${said} names the delimiter, and is skipped`
    : `${said} is skipped: --delimiter says otherwise`;
  return found === undefined ? undefined : { ...found, remarks: [remark, ...found.remarks] };
}

async function findTable(where: string, head: Head, options: TableOptions): Promise<FoundLayout | undefined> {
  if (!head.whole && head.bytes.length < MOST_ROW_BYTES && !hasLines(head.bytes, 2)) return undefined;
  const { scanned, header, headerRow, dropped } = await findComments(head, options);
  const { rows, rules, cells } = scanned;
  const needed = header === undefined ? 2 : 1;
  if (rows.length < needed) {
    const longest = head.bytes.length - scanned.rest.start;
    const isBounded = longest < MOST_ROW_BYTES && head.bytes.length < MOST_HEAD_BYTES;
    if (scanned.fault === undefined && !head.whole && isBounded) return undefined;
    const fault = faultBehind(scanned, longest);
    if (fault !== undefined) throw tableFault(where, NO_NAMES, fault);
    if (!head.whole) throw noRows(where, `blank lines and comments in the first ${head.bytes.length} bytes`);
  }
  if (rows.length === 0) throw noRows(where, "an empty file");
  if (rows[0].cells > MOST_COLUMNS) throw tooManyColumns(where, rows[0]);
  const long = rows.find((row) => row.end - row.start > MOST_ROW_BYTES);
  if (long !== undefined) throw tableFault(where, NO_NAMES, tooLongFault(long.line));
  const read = await readSample(head.bytes, rows.slice(0, Math.max(3, Math.ceil(MOST_CELLS / cells))), rules);
  const sample = hasDashes(read, rules.delimiter, header ?? options.header) ? [read[0], ...read.slice(2)] : read;
  if (sample !== read && rows.length === 2 && !head.whole && head.bytes.length < MOST_HEAD_BYTES) return undefined;
  if (isLibsvm(sample[0])) throw libsvmError(where, sample[0].line);

  const naming = { comment: header, wanted: options.header, hashed: head.bytes[rows[0].start] === HASH };
  const named = nameColumns(
    sample.map((row) => row.cells),
    scanned,
    naming,
  );
  requireLikeOthers(where, scanned, named.columns);
  if (cells === 1 && rows.length > 1 && options.delimiter === undefined) {
    requireOneColumn(
      where,
      sample[0].line,
      sample.map((row) => row.cells.join("\0")),
    );
  }
  const first = sample[named.skipsFirst ? 1 : 0];
  if (first === undefined) throw headerOnly(where, sample[0].line);
  const decimalComma = rules.delimiter !== "," && sample.some((row) => row.cells.some(hasDecimalComma));
  const headerCells = named.skipsFirst ? sample[0].cells : headerRow;
  const headerText = headerCells === undefined ? undefined : headerAgain(headerCells, rules.delimiter);
  const columns = named.columns.names.length;
  const hashRows: HashRows = [columns, columns + (named.columns.trailing ? 1 : 0)];
  if (options.delimiter !== undefined && cells === 1) await requireNoBetter(where, head, options.delimiter);
  const parted = options.delimiter === undefined && rules.delimiter !== "," && cells > 1;
  return {
    layout: { ...rules, hashRows, columns, ...named.columns, decimalComma, headerText },
    start: { firstLine: first.line, offset: first.start },
    comments: first.comments + dropped,
    remarks: [
      ...(parted ? [`cells are parted by ${DELIMITER_NAMES[rules.delimiter]}`] : []),
      ...(decimalComma ? ["numbers have decimal commas"] : []),
      ...named.remarks,
      ...(sample === read || !named.skipsFirst
        ? []
        : [`line ${read[1].line}, of dashes below the header, is left out`]),
    ],
  };
}

/** Whether the second row is a line of dashes below a header. @param header what is known about a header */
function hasDashes(rows: readonly SampleRow[], delimiter: Delimiter, header: readonly string[] | boolean | undefined) {
  return rows.length > 1 && (header === undefined || header === true) && areDashes(rows[1].cells, delimiter);
}

/** Whether the text has at least `wanted` complete lines: a quick check before the scan. */
function hasLines(bytes: Buffer, wanted: number): boolean {
  const end = bytes.includes(LINE_FEED) ? LINE_FEED : RETURN;
  let at = -1;
  for (let lines = 0; lines < wanted; lines++) {
    at = bytes.indexOf(end, at + 1);
    if (at < 0) return false;
  }
  return true;
}

/** Returns the fault after the complete rows of a sample, if there is one. */
function faultBehind({ fault, openQuote, rest }: ScannedSample, longest: number): CsvFault | undefined {
  if (fault !== undefined) return fault;
  if (openQuote !== undefined) return unclosedFault(openQuote);
  return longest < MOST_ROW_BYTES ? undefined : tooLongFault(rest.line);
}

const hasDecimalComma = (cell: string): boolean => parseDecimalComma(cell) !== undefined;

/** Refuses a first row whose cell count differs from all rows below, such as a title. */
function requireLikeOthers(
  where: string,
  { rows, cells }: ScannedSample,
  { names, trailing }: NamedColumns["columns"],
): void {
  const isOdd = names.length !== cells - (trailing ? 1 : 0);
  if (!isOdd || rows.length < 3 || rows.some((row, place) => place > 0 && row.cells !== cells)) return;
  throw tableFault(where, NO_NAMES, {
    line: rows[0].line,
    expected: `${cells} cells like in the rows below`,
    found: String(rows[0].cells),
    remedy: "delete what stands above the table, or mend that row",
  });
}

/** @throws InputError if the requested delimiter is in no row, and another splits all rows into as many cells */
async function requireNoBetter(where: string, head: Head, wanted: Delimiter): Promise<void> {
  const { rows, rules, cells, regular } = await findDelimiter(head, undefined);
  if (cells < 2 || rules.delimiter === " " || regular < 1 || rows.length < 2) return;
  throw new InputError({
    where: "--delimiter",
    expected: `what parts the cells of ${where}, ${DELIMITER_NAMES[rules.delimiter]} by its first rows`,
    found: `${DELIMITER_NAMES[wanted]}, which are in none of them`,
    remedy: "leave it out",
  });
}

/** Returns the text by which to recognise a repeated header; undefined if it could be data. */
function headerAgain(cells: readonly string[], delimiter: Delimiter): string | undefined {
  const isWord = (cell: string): boolean => /\p{L}/u.test(cell);
  return cells.some(isWord) ? cells.join(delimiter === " " ? "\t" : delimiter) : undefined;
}

/** Whether a row has the format of libsvm and svmlight: `label index:value index:value`. */
function isLibsvm({ cells }: SampleRow): boolean {
  const words = cells.join(" ").slice(0, 1000).split(/\s+/).slice(0, 20);
  return (
    words.length > 1 &&
    /^[+-]?[\d.]+$/.test(words[0]) &&
    words
      .slice(1, -1)
      .concat(words[1])
      .every((word) => /^(\d+|qid):\S+$/.test(word))
  );
}

function libsvmError(where: string, line: number): InputError {
  return new InputError({
    where: `${where}:${line}`,
    expected: "rows of as many cells each",
    found: "the format of libsvm (index:value)",
    remedy: "convert it to CSV, for example with sklearn.datasets.load_svmlight_file and numpy.savetxt",
  });
}

function tooManyColumns(where: string, { line, cells }: { readonly line: number; readonly cells: number }): InputError {
  return new InputError({
    where: `${where}:${line}`,
    expected: `at most ${MOST_COLUMNS} columns`,
    found: String(cells),
    remedy: "check the delimiter and the line ends",
  });
}

function noRows(where: string, found: string): InputError {
  return new InputError({ where, expected: "rows of cells", found, remedy: "check the file" });
}

function headerOnly(where: string, line: number): InputError {
  return new InputError({
    where: `${where}:${line}`,
    expected: "rows of data below the header",
    found: "the header only",
    remedy: "check that the file is whole",
  });
}
