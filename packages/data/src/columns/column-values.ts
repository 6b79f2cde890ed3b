/** One column of a table as dense arrays: what types, labels and encoders are judged by. */
import { type Cell, levelOf } from "@scratch-nn/core/engine";
import type { CellBlock } from "../csv/cell-block.ts";
import { BlockColumns } from "./block-columns.ts";

/** Different words of a column that are told apart; a column with more is of no use as categories. */
export const MAX_WORDS = 65536;
/** Their characters together: a column of long texts must not fill the memory. */
const MAX_CHARACTERS = 1 << 24;

/** The code of a cell that is missing. */
export const MISSING = -2;
/** The code of a cell that is a number. */
export const NUMBER = -1;

export interface ColumnValues {
  /** The number in each row, NaN where there is none: [rows]. */
  readonly numbers: Float64Array;
  /** {@link MISSING}, {@link NUMBER}, or an index of `words`, for each row; undefined where all are numbers: [rows]. */
  readonly codes: Int32Array | undefined;
  /** The distinct words, in the order in which they come. */
  readonly words: readonly string[];
  /** Whether there are more words than are told apart; the last of `words` stands for all the others. */
  readonly hasMoreWords: boolean;
  readonly counts: { readonly missing: number; readonly numbers: number; readonly words: number };
}

/** Rows of a table, over its blocks. */
export interface TableRows {
  readonly blocks: readonly CellBlock[];
  /** Rows in all blocks. */
  readonly rows: number;
}

/**
 * Reads one column.
 * @param rows the rows to take, ascending; default: all
 */
export function columnValues(table: TableRows, column: number, rows?: Uint32Array): ColumnValues {
  return groupValues(table, [column], rows)[0];
}

/** Numbers of a group of columns that are in memory at a time. */
const GROUP_NUMBERS = 1 << 22;
const MAX_GROUP = 64;

/** Reads some columns, one after another; neighbours together, since rows lie row after row. */
export function* eachColumn(table: TableRows, columns: readonly number[], rows: Uint32Array): Generator<ColumnValues> {
  const size = Math.max(1, Math.min(MAX_GROUP, Math.floor(GROUP_NUMBERS / Math.max(1, rows.length))));
  for (let from = 0; from < columns.length; from += size) {
    yield* groupValues(table, columns.slice(from, from + size), rows);
  }
}

function groupValues(table: TableRows, columns: readonly number[], rows: Uint32Array | undefined): ColumnValues[] {
  const collectors = columns.map(() => new ColumnCollector(rows?.length ?? table.rows));
  let reader: BlockColumns | undefined;
  let of: CellBlock | undefined;
  let place = 0;
  forEachRow(table, rows, (block, row) => {
    if (block !== of) {
      of = block;
      reader = new BlockColumns(block, columns);
    }
    for (let i = 0; i < collectors.length; i++) collectors[i].take(place, reader!.cell(row, i));
    place++;
  });
  return collectors.map((collector) => collector.values);
}

class ColumnCollector {
  readonly #numbers: Float64Array;
  readonly #dictionary = new WordDictionary();
  #codes: Int32Array | undefined;
  #missing = 0;
  #words = 0;

  constructor(rows: number) {
    this.#numbers = new Float64Array(rows);
  }

  take(place: number, cell: Cell): void {
    if (typeof cell === "number") {
      this.#numbers[place] = cell;
      return;
    }
    this.#numbers[place] = Number.NaN;
    this.#codes ??= new Int32Array(this.#numbers.length).fill(NUMBER);
    if (cell === undefined) {
      this.#codes[place] = MISSING;
      this.#missing++;
    } else {
      this.#codes[place] = this.#dictionary.codeOf(cell);
      this.#words++;
    }
  }

  get values(): ColumnValues {
    const [missing, words] = [this.#missing, this.#words];
    return {
      numbers: this.#numbers,
      codes: this.#codes,
      words: this.#dictionary.words,
      hasMoreWords: this.#dictionary.isFull,
      counts: { missing, numbers: this.#numbers.length - missing - words, words },
    };
  }
}

/** Calls back for rows in ascending order, each with its block and its place in it. */
export function forEachRow(
  { blocks }: TableRows,
  rows: Uint32Array | undefined,
  use: (block: CellBlock, rowOfBlock: number, row: number) => void,
): void {
  let next = 0;
  let first = 0;
  for (const block of blocks) {
    if (next === rows?.length) return;
    const end = first + block.rows;
    if (rows === undefined) for (let row = first; row < end; row++) use(block, row - first, row);
    else for (; next < rows.length && rows[next] < end; next++) use(block, rows[next] - first, rows[next]);
    first = end;
  }
}

/** The cell of a column in a row of the table. */
export function cellOfTable(table: TableRows, row: number, column: number): Cell {
  let cell: Cell;
  forEachRow(table, Uint32Array.of(row), (block, rowOfBlock) => {
    cell = new BlockColumns(block, [column]).cell(rowOfBlock, 0);
  });
  return cell;
}

/** The line of a file that a row begins at. */
export function lineOfRow(table: TableRows, row: number): number {
  let line = 0;
  forEachRow(table, Uint32Array.of(row), (block, rowOfBlock) => {
    line = block.lines[rowOfBlock];
  });
  return line;
}

/** How often each value stands in a column: the name of a level, numbers by their value. */
export function countLevels({ numbers, codes, words }: ColumnValues): Map<string, number> {
  const ofWords = new Uint32Array(words.length);
  const ofNumbers = new Map<number, number>();
  for (let row = 0; row < numbers.length; row++) {
    const code = codes === undefined ? NUMBER : codes[row];
    if (code >= 0) ofWords[code]++;
    // -0 and 0 are one key of a Map.
    else if (code === NUMBER) ofNumbers.set(numbers[row], (ofNumbers.get(numbers[row]) ?? 0) + 1);
  }
  const levels = new Map<string, number>();
  const add = (level: string, count: number): void => void levels.set(level, (levels.get(level) ?? 0) + count);
  for (const [value, count] of ofNumbers) add(levelOf(value), count);
  for (const [code, count] of ofWords.entries()) add(words[code], count);
  return levels;
}

/** Levels in the order in which they are numbered: as numbers where all are, else (and equals) by their characters' codes. */
export function sortLevels(levels: Iterable<string>): string[] {
  const names = [...levels];
  const isNumeric = names.every((name) => name.trim() !== "" && Number.isFinite(Number(name)));
  return isNumeric ? names.sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1)) : names.sort();
}

class WordDictionary {
  readonly words: string[] = [];
  readonly #codes = new Map<string, number>();
  #characters = 0;

  get isFull(): boolean {
    return this.words.length > MAX_WORDS || this.#characters >= MAX_CHARACTERS;
  }

  codeOf(word: string): number {
    const known = this.#codes.get(word);
    if (known !== undefined) return known;
    if (this.isFull) return this.words.length - 1;
    this.#codes.set(word, this.words.length);
    this.#characters += word.length;
    return this.words.push(word) - 1;
  }
}
