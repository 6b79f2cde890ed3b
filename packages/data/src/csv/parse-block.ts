/** Parsing a block of a CSV file with fast-csv, straight into shared memory. */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { type DataFile, readChunks } from "../files.ts";
import { parseNumber } from "./cells.ts";
import { describeParseError, isParseError, lineBreaks, lines, parseRows } from "./rows.ts";

/** A job: which rows to read, and where to put them. Plain data, so that it can cross threads. */
export interface BlockJob {
  /** A byte range of a plain file, text at hand, or the whole of a file from its beginning. */
  readonly source:
    | { readonly kind: "range"; readonly path: string; readonly start: number; readonly end: number }
    | { readonly kind: "text"; readonly bytes: Uint8Array }
    | { readonly kind: "file"; readonly file: DataFile };
  readonly firstLine: number;
  /** Rows to skip at the beginning: 1 where the block begins with the header. */
  readonly skip: number;
  /** Rows to take after those. */
  readonly rows: number;
  /** Columns that each row must have. */
  readonly columns: number;
  /** The index of the label column. */
  readonly label: number;
  /** [columns - 1, rows]: where the features go. */
  readonly X: Uint8Array | Float32Array;
  /** [rows]: where the numbers of the labels go, see {@link BlockResult.labels}. */
  readonly labels: Uint16Array;
  /** The classes that labels must be among; undefined: any. */
  readonly classes: readonly string[] | undefined;
}

/** What is wrong, and where. */
export interface CsvFault {
  readonly line: number;
  /** From 1; undefined when it is the row as a whole. */
  readonly column?: number;
  readonly expected: string;
  readonly found: string;
}

export interface BlockResult {
  /** The words that stand in the label column, in the order in which they came: label n of the block is labels[n]. */
  readonly labels: readonly string[];
  /** Rows that were taken. */
  readonly rows: number;
  /** The first fault; what was written before it is of no use. */
  readonly fault?: CsvFault;
  /** True when X is bytes and a feature is a number that is none: read it again as floats. */
  readonly notBytes?: boolean;
}

const MOST_CLASSES = 65536;

/** Reads a block. Never throws for what stands in the text: that comes back as a fault. */
export async function parseBlock(job: BlockJob): Promise<BlockResult> {
  const reader = new BlockReader(job);
  try {
    for await (const row of parseRows(openText(job))) if (!reader.take(row)) break;
  } catch (error) {
    if (!isParseError(error)) throw error;
    return { ...reader.result, fault: await locate(job, error) };
  }
  return reader.result;
}

/** Takes rows in order until one is at fault or there are enough. */
class BlockReader {
  readonly #job: BlockJob;
  readonly #numbers = new Map<string, number>();
  #line: number;
  #toSkip: number;
  #rows = 0;
  #end: Pick<BlockResult, "fault" | "notBytes"> = {};

  constructor(job: BlockJob) {
    this.#job = job;
    this.#line = job.firstLine;
    this.#toSkip = job.skip;
    job.classes?.forEach((name, k) => {
      this.#numbers.set(name, k);
    });
  }

  get result(): BlockResult {
    return { labels: [...this.#numbers.keys()], rows: this.#rows, ...this.#end };
  }

  /** @returns whether to go on */
  take(row: readonly string[]): boolean {
    const line = this.#line;
    // Blocks end at line ends only where no quoted field has one inside.
    this.#line += this.#job.source.kind === "file" ? 1 + lineBreaks(row) : 1;
    // A blank line.
    if (row.length === 0) return true;
    if (this.#toSkip > 0) {
      this.#toSkip--;
      return true;
    }
    if (this.#rows === this.#job.rows) return false;
    this.#end = this.#store(row, line);
    if (this.#end.fault !== undefined || this.#end.notBytes) return false;
    this.#rows++;
    return true;
  }

  #store(row: readonly string[], line: number): Pick<BlockResult, "fault" | "notBytes"> {
    const { columns, label, X, labels } = this.#job;
    if (row.length !== columns) {
      return { fault: { line, expected: `${columns} columns like the first row`, found: `${row.length}` } };
    }
    const bytes = X instanceof Uint8Array;
    let place = this.#rows * (columns - 1);
    for (let column = 0; column < columns; column++) {
      if (column === label) continue;
      const value = parseNumber(row[column]);
      if (value === undefined) {
        return { fault: { line, column: column + 1, expected: "a number", found: JSON.stringify(row[column]) } };
      }
      if (bytes && value !== (value & 255)) return { notBytes: true };
      X[place++] = value;
    }
    const name = row[label].trim();
    const number = this.#numberOf(name);
    if (number === undefined) {
      return { fault: { line, column: label + 1, expected: this.#expectedLabel(), found: JSON.stringify(name) } };
    }
    labels[this.#rows] = number;
    return {};
  }

  #numberOf(name: string): number | undefined {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    if (name === "" || this.#job.classes !== undefined || this.#numbers.size === MOST_CLASSES) return undefined;
    this.#numbers.set(name, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  #expectedLabel(): string {
    const { classes } = this.#job;
    if (classes !== undefined) return `a class seen in training (${abridge(classes)})`;
    return this.#numbers.size === MOST_CLASSES ? `at most ${MOST_CLASSES} classes` : "the name of a class";
  }
}

function abridge(names: readonly string[]): string {
  return names.length <= 12 ? names.join(", ") : `${names.slice(0, 10).join(", ")}, ... ${names.at(-1)}`;
}

function openText({ source }: BlockJob): Readable {
  switch (source.kind) {
    case "range":
      // `end` of a read stream is inclusive.
      return createReadStream(source.path, { start: source.start, end: source.end - 1, highWaterMark: 1 << 18 });
    case "text":
      return Readable.from([Buffer.from(source.bytes.buffer, source.bytes.byteOffset, source.bytes.byteLength)]);
    case "file":
      return Readable.from(readChunks(source.file));
  }
}

/**
 * Finds the row that fast-csv cannot parse. Its error says what stands there but not which row it
 * is, so the text is fed to it again line by line: the rows that come out lie before the fault.
 */
async function locate(job: BlockJob, error: Error): Promise<CsvFault> {
  let line = job.firstLine;
  try {
    for await (const row of parseRows(lines(openText(job)))) line += 1 + lineBreaks(row);
  } catch (again) {
    if (!isParseError(again)) throw again;
  }
  return { line, ...describeParseError(error) };
}
