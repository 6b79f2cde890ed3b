/** What a column is in the whole file: judged by a part of it, what only another part has would be an error there. */
import { type DateOrder, parseDate } from "@scratch-nn/core/engine";
import { placeOf } from "../csv/cell-block.ts";
import { columnValues, type TableRows } from "./column-values.ts";
import { withGaps } from "./gap-marks.ts";
import { areCategories } from "./mixed.ts";
import { findOddCell, ORDERS } from "./odd-cells.ts";

export interface WholeColumn {
  /** Whether its words and whole numbers are categories. */
  readonly isMixed: boolean;
  /** Whether it is of words, though a part of it may hold numbers or dates alone. */
  readonly isOfWords: boolean;
  /** The orders in which all of its words are dates; all orders where it has no words, or others. */
  readonly dateOrders: readonly DateOrder[];
}

/** Only columns with words are read. */
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
