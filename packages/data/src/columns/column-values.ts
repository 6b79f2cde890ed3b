/** One column of a table as dense arrays: what types, labels and encoders are judged by. */
import { type Cell, levelOf } from "@scratch-nn/core";
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
  const numbers = new Float64Array(rows?.length ?? table.rows);
  const dictionary = new WordDictionary();
  let codes: Int32Array | undefined;
  let missing = 0;
  let place = 0;
  let reader: BlockColumns | undefined;
  let of: CellBlock | undefined;
  forEachRow(table, rows, (block, row) => {
    if (block !== of) {
      of = block;
      reader = new BlockColumns(block, [column]);
    }
    const cell = reader!.cell(row, 0);
    if (typeof cell === "number") numbers[place] = cell;
    else {
      numbers[place] = Number.NaN;
      codes ??= new Int32Array(numbers.length).fill(NUMBER);
      codes[place] = cell === undefined ? MISSING : dictionary.codeOf(cell);
      if (cell === undefined) missing++;
    }
    place++;
  });
  const words = codes?.reduce((count, code) => count + (code >= 0 ? 1 : 0), 0) ?? 0;
  return {
    numbers,
    codes,
    words: dictionary.words,
    hasMoreWords: dictionary.isFull,
    counts: { missing, numbers: numbers.length - missing - words, words },
  };
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

/** Levels in the order in which they are numbered: as numbers where all are, else by their characters' codes. */
export function sortLevels(levels: Iterable<string>): string[] {
  const names = [...levels];
  const isNumeric = names.every((name) => name.trim() !== "" && Number.isFinite(Number(name)));
  return isNumeric ? names.sort((a, b) => Number(a) - Number(b)) : names.sort();
}

class WordDictionary {
  readonly words: string[] = [];
  readonly #codes = new Map<string, number>();
  #characters = 0;

  get isFull(): boolean {
    return this.words.length >= MAX_WORDS || this.#characters >= MAX_CHARACTERS;
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
