/**
 * Properties of the table reader, for fast-check: tables written in any dialect read back, texts give the same cells as
 * with fast-csv, and no bytes make the reader crash or hang. The tests try a few inputs, `node test/fuzz/csv.ts` many.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { InputError } from "@scratch-nn/core";
import { type Cell, cellOf } from "@scratch-nn/core/engine";
import { type Delimiter, readTable, type TableOptions } from "@scratch-nn/data";
import fc from "fast-check";
import { parseString } from "fast-csv";
import { cellsOf } from "./cells.ts";

/** A property. It gets 1 / `costs` of the requested number of inputs. */
export interface CsvProperty {
  readonly name: string;
  readonly costs: number;
  /** @param folder an empty folder for its files */
  readonly property: (folder: string) => fc.IAsyncProperty<unknown[]>;
}

/** The cells of a file, or undefined if the reader refuses it. */
async function cellsOrRefusal(path: string, options: TableOptions): Promise<Cell[][] | undefined> {
  try {
    return cellsOf(await readTable(path, options));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    if (/\p{Cc}/u.test(error.message)) throw new Error(`raw characters in a message: ${JSON.stringify(error.message)}`);
    return undefined;
  }
}

function requireSame(found: readonly Cell[][] | undefined, expected: readonly Cell[][] | undefined): void {
  const [one, other] = [found, expected].map((cells) =>
    JSON.stringify(cells, (_, cell) => (cell === undefined ? "missing" : cell)),
  );
  if (one !== other) throw new Error(`${one} instead of ${other}`);
}

const DELIMITERS: readonly Delimiter[] = [",", ";", "\t", "|", " "];
const LINE_ENDS = ["\n", "\r\n", "\r"];

/** The format in which a table is written. */
interface Dialect {
  readonly delimiter: Delimiter;
  readonly lineEnds: readonly string[];
  readonly encoding: "utf-8" | "utf-8 with mark" | "utf-16le" | "utf-16be";
  readonly gzipped: boolean;
  readonly decimalComma: boolean;
  readonly endsLine: boolean;
  readonly blankLines: boolean;
}

const dialect: fc.Arbitrary<Dialect> = fc.record({
  delimiter: fc.constantFrom(...DELIMITERS),
  lineEnds: fc.oneof(fc.constantFrom(...LINE_ENDS.map((end) => [end])), fc.constant(LINE_ENDS)),
  encoding: fc.constantFrom("utf-8", "utf-8 with mark", "utf-16le", "utf-16be"),
  gzipped: fc.boolean(),
  decimalComma: fc.boolean(),
  endsLine: fc.boolean(),
  blankLines: fc.boolean(),
});

/** Words that are neither numbers nor missing values; they may contain anything else. */
const word = fc
  .oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom('5" pipe', '"', "a,b", "x;y", "line\nbreak", "cr\r", "#tag", "ünï", "日本", "a b"),
  )
  .map((text) => `w${text.replaceAll("\0", "").trim()}`);

const cell: fc.Arbitrary<Cell> = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 300 }) },
  { weight: 2, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 2, arbitrary: word },
  { weight: 1, arbitrary: fc.constant(undefined) },
);

interface Written {
  readonly cells: readonly Cell[][];
  readonly dialect: Dialect;
  /** Random numbers from 0 to 1 that choose between equivalent ways to write a cell or a line. */
  readonly whims: readonly number[];
}

const written: fc.Arbitrary<Written> = fc.integer({ min: 1, max: 5 }).chain((columns) =>
  fc.record({
    cells: fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 12 }),
    dialect,
    whims: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 7, maxLength: 7 }),
  }),
);

/** Writes a table as text. */
export function write({ cells, dialect, whims }: Written): string {
  let next = 0;
  const whim = (choices: number): number => Math.floor(whims[next++ % whims.length] * choices * 0.999);
  const one = cells[0].length === 1;
  const lines = cells.map((row) => {
    const texts = row.map((cell) => {
      const text = textOf(cell, dialect);
      // The reader skips empty lines and lines that begin with #, and takes several blanks as one delimiter.
      const mustQuote =
        /["\r\n#;,|\t ]/.test(text) || text === "" ? dialect.delimiter === " " || one || text !== "" : false;
      return mustQuote || whim(4) === 0 ? `"${text.replaceAll('"', '""')}"` : text;
    });
    const blanks = dialect.delimiter === " " ? ["", " ", "  "][whim(3)] : "";
    return blanks + texts.join(dialect.delimiter + blanks) + blanks;
  });
  const end = (): string => dialect.lineEnds[whim(dialect.lineEnds.length)];
  const text = lines.map((line) => line + end() + (dialect.blankLines && whim(3) === 0 ? end() : "")).join("");
  return dialect.endsLine ? text : text.replace(/[\r\n]+$/, "");
}

function textOf(cell: Cell, { decimalComma, delimiter }: Dialect): string {
  if (cell === undefined) return "";
  return typeof cell === "number" && decimalComma && delimiter !== "," ? String(cell).replace(".", ",") : String(cell);
}

function encode(text: string, encoding: Dialect["encoding"]): Buffer {
  if (encoding === "utf-8") return Buffer.from(text);
  if (encoding === "utf-8 with mark") return Buffer.from(`\ufeff${text}`);
  const wide = Buffer.from(`\ufeff${text}`, "utf16le");
  return encoding === "utf-16le" ? wide : wide.swap16();
}

function dialects(folder: string): fc.IAsyncProperty<unknown[]> {
  const path = join(folder, "dialect.csv");
  return fc.asyncProperty(written, async (table) => {
    const bytes = encode(write(table), table.dialect.encoding);
    writeFileSync(path, table.dialect.gzipped ? gzipSync(bytes) : bytes);
    const { delimiter } = table.dialect;
    const found = await cellsOf(await readTable(path, { delimiter, header: false, exempt: ["1", "2", "3", "4", "5"] }));
    requireSame(found, withoutTrailing(found, table.cells));
  }) as fc.IAsyncProperty<unknown[]>;
}

/** Parses a text with fast-csv, without blank lines; undefined if it reports an error or finds no rows. */
function rowsByFastCsv(text: string, delimiter: Delimiter): Promise<string[][] | undefined> {
  return new Promise((resolve) => {
    const rows: string[][] = [];
    parseString(text, { headers: false, delimiter })
      .on("data", (row: string[]) => rows.push(row))
      .on("error", () => resolve(undefined))
      .on("end", () => {
        const full = rows.filter((row) => row.length > 0);
        resolve(full.length > 0 ? full : undefined);
      });
  });
}

/** The parts of random texts: with few different ones, many texts are valid CSV. */
const SIGNS = [
  "0",
  "1",
  "12",
  "255",
  "256",
  "-",
  "+",
  ".",
  "5e3",
  "1.5",
  "a",
  "é",
  " ",
  "\u00a0",
  "\n",
  "\r\n",
  "\r",
  "\n",
];

function sameAsFastCsv(folder: string, quotes: readonly string[]): fc.IAsyncProperty<unknown[]> {
  const path = join(folder, "text.csv");
  const delimiter = fc.constantFrom<Delimiter>(",", ",", ";", "\t", "|");
  const text = (sign: Delimiter) => fc.array(fc.constantFrom(...SIGNS, sign, sign, sign, ...quotes), { maxLength: 40 });
  const input = delimiter.chain((sign) =>
    fc.record({ delimiter: fc.constant(sign), text: text(sign).map((parts) => parts.join("")) }),
  );
  return fc.asyncProperty(input, async ({ delimiter, text }) => {
    writeFileSync(path, text);
    const rows = await rowsByFastCsv(text, delimiter);
    const found = await cellsOrRefusal(path, {
      delimiter,
      header: false,
      exempt: Array.from({ length: 40 }, (_, k) => String(k + 1)),
    });
    const expected = rows?.map((row) => row.map((cell) => cellOf(cell)));
    requireSame(found, regular(withoutTrailing(found, expected)));
  }) as fc.IAsyncProperty<unknown[]>;
}

/** Removes an empty last column from the expected rows if the reader has left it out. */
function withoutTrailing(found: readonly Cell[][] | undefined, expected: readonly Cell[][] | undefined) {
  const columns = found?.[0].length;
  const isLonger = (row: readonly Cell[]): boolean => row.length - 1 === columns;
  if (!expected?.some(isLonger) || !expected.filter(isLonger).every((row) => row.at(-1) === undefined)) return expected;
  return expected.map((row) => row.slice(0, columns));
}

/** Undefined if the rows have different lengths. */
function regular(rows: readonly Cell[][] | undefined): readonly Cell[][] | undefined {
  return rows?.every((row) => row.length === rows[0].length) ? rows : undefined;
}

/** Any bytes, pieces of tables in any order, or whole tables. */
const bytes: fc.Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
  fc
    .array(
      fc.constantFrom(...SIGNS, ",", ";", '"', '"', "#", "\t", "label,x\n", "nan", "1,5", "1.234,5", "\0", "\x1a"),
      { maxLength: 60 },
    )
    .map((parts) => Buffer.from(parts.join(""))),
  written.map((table) => encode(write(table), table.dialect.encoding)),
);

const harmed: fc.Arbitrary<Buffer> = fc
  .record({
    bytes,
    gzipped: fc.boolean(),
    length: fc.option(fc.nat(400), { nil: undefined }),
    flips: fc.array(fc.record({ at: fc.nat(300), value: fc.nat(255) }), { maxLength: 3 }),
  })
  .map(({ bytes, gzipped, length, flips }) => {
    const whole = gzipped ? gzipSync(bytes) : Buffer.from(bytes);
    for (const { at, value } of flips) if (at < whole.length) whole[at] = value;
    return whole.subarray(0, length);
  });

function anyBytes(folder: string): fc.IAsyncProperty<unknown[]> {
  const path = join(folder, "bytes.csv");
  const options = fc.record(
    {
      delimiter: fc.constantFrom(...DELIMITERS),
      header: fc.boolean(),
      rows: fc.integer({ min: 1, max: 3 }),
      encoding: fc.constantFrom("utf-8", "latin1", "utf-16le", "shift_jis"),
    },
    { requiredKeys: [] },
  );
  return fc.asyncProperty(harmed, options, async (content, wishes) => {
    writeFileSync(path, content);
    const cells = await cellsOrRefusal(path, wishes);
    if (cells !== undefined && cells.length > (wishes.rows ?? cells.length))
      throw new Error("more rows than asked for");
  }) as fc.IAsyncProperty<unknown[]>;
}

export const CSV_PROPERTIES: readonly CsvProperty[] = [
  { name: "tables written in any dialect", costs: 1, property: dialects },
  { name: "text without quotes as fast-csv reads it", costs: 1, property: (folder) => sameAsFastCsv(folder, []) },
  {
    name: "text with quotes as fast-csv reads it",
    costs: 1,
    property: (folder) => sameAsFastCsv(folder, ['"', '"', '""']),
  },
  { name: "any bytes", costs: 1, property: anyBytes },
];
