/** Reads one column of a table into dense arrays, from which types, labels and encoders are judged. */
import { type Cell, levelOf } from "@scratch-nn/core/engine";
import type { CellBlock } from "../csv/cell-block.ts";
import { BlockColumns } from "./block-columns.ts";

/** The most distinct words kept for a column; one with more is of no use as categories. */
export const MAX_WORDS = 65536;
/** The most characters of these words in total, so that a column of long texts does not fill the memory. */
const MAX_CHARACTERS = 1 << 24;

/** The code of a missing cell. */
export const MISSING = -2;
/** The code of a number. */
export const NUMBER = -1;

export interface ColumnValues {
  /** The number in each row, else NaN, [rows]. */
  readonly numbers: Float64Array;
  /** For each row {@link MISSING}, {@link NUMBER}, or an index of `words`, [rows]; undefined if all are numbers. */
  readonly codes: Int32Array | undefined;
  /** The distinct words, in order of first appearance. */
  readonly words: readonly string[];
  /** Whether there were too many distinct words; the last of `words` then represents all further ones. */
  readonly hasMoreWords: boolean;
  readonly counts: { readonly missing: number; readonly numbers: number; readonly words: number };
}

/** The rows of a table, in blocks. */
export interface TableRows {
  readonly blocks: readonly CellBlock[];
  /** The number of rows in all blocks. */
  readonly rows: number;
}

/**
 * Reads one column.
 * @param rows the rows to read, ascending; default: all
 */
export function columnValues(table: TableRows, column: number, rows?: Uint32Array): ColumnValues {
  return groupValues(table, [column], rows)[0];
}

/** The most numbers in memory for a group of columns. */
const GROUP_NUMBERS = 1 << 22;
const MAX_GROUP = 64;

/** Reads columns one after another. Reads them in groups, because blocks store rows contiguously. */
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

/** Calls `use` for each row in ascending order, with its block and its index in the block. */
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

/** Returns one cell of the table. */
export function cellOfTable(table: TableRows, row: number, column: number): Cell {
  let cell: Cell;
  forEachRow(table, Uint32Array.of(row), (block, rowOfBlock) => {
    cell = new BlockColumns(block, [column]).cell(rowOfBlock, 0);
  });
  return cell;
}

/** Returns the line of the file at which a row begins. */
export function lineOfRow(table: TableRows, row: number): number {
  let line = 0;
  forEachRow(table, Uint32Array.of(row), (block, rowOfBlock) => {
    line = block.lines[rowOfBlock];
  });
  return line;
}

/** Counts the rows of each level of a column. Numbers with the same value are one level. */
export function countLevels({ numbers, codes, words }: ColumnValues): Map<string, number> {
  const ofWords = new Uint32Array(words.length);
  const ofNumbers = new Map<number, number>();
  for (let row = 0; row < numbers.length; row++) {
    const code = codes === undefined ? NUMBER : codes[row];
    if (code >= 0) ofWords[code]++;
    // -0 and 0 are the same key of a Map.
    else if (code === NUMBER) ofNumbers.set(numbers[row], (ofNumbers.get(numbers[row]) ?? 0) + 1);
  }
  const levels = new Map<string, number>();
  const add = (level: string, count: number): void => void levels.set(level, (levels.get(level) ?? 0) + count);
  for (const [value, count] of ofNumbers) add(levelOf(value), count);
  for (const [code, count] of ofWords.entries()) add(words[code], count);
  return levels;
}

/** Sorts levels: numerically if all are numbers, with ties by code units; else by code units. */
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
