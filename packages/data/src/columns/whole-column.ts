/** Judges a column by the whole file. Judged by the training part alone, values of other rows might seem errors. */
import { type DateOrder, parseDate } from "@scratch-nn/core/engine";
import { placeOf } from "../csv/cell-block.ts";
import { columnValues, type TableRows } from "./column-values.ts";
import { withGaps } from "./gap-marks.ts";
import { areCategories } from "./mixed.ts";
import { findOddCell, ORDERS } from "./odd-cells.ts";

export interface WholeColumn {
  /** Whether it mixes words and integers that are categories. */
  readonly isMixed: boolean;
  /** Whether it is a column of words, though a part of it may hold only numbers or dates. */
  readonly isOfWords: boolean;
  /** The orders in which all of its words are dates; all orders if it is no column of dates. */
  readonly dateOrders: readonly DateOrder[];
}

/** Judges a column. Reads it only if it has words. */
export function wholeColumn(table: TableRows, column: number): WholeColumn {
  const unknown = { isMixed: false, isOfWords: false, dateOrders: ORDERS };
  if (!hasWords(table, column)) return unknown;
  const read = columnValues(table, column);
  if (areCategories(read)) return { ...unknown, isMixed: true };
  const values = withGaps(read);
  const { words, counts, hasMoreWords } = values;
  if (counts.words === 0) return unknown;
  const dateOrders =
    counts.numbers > 0 || hasMoreWords
      ? []
      : ORDERS.filter((order) => words.every((word) => parseDate(word, order) !== undefined));
  if (dateOrders.length > 0) return { ...unknown, dateOrders };
  return { ...unknown, isOfWords: findOddCell(values, undefined) === undefined };
}

function hasWords({ blocks }: TableRows, column: number): boolean {
  return blocks.some(({ wide, words }) => {
    const place = placeOf(wide, column);
    return place >= 0 && words[place].length > 0;
  });
}
