/** Recognises columns of numbers and words that are categories, such as 4, 6, 8 and rotary for cylinders. */
import { type ColumnValues, countLevels } from "./column-values.ts";

/** The most distinct values of such a column. With more, it is a column of numbers and its words are errors. */
const MOST_VALUES = 20;
/** The least rows per value, on average. */
const ROWS_A_VALUE = 5;
/** The name of a category. A word with digits or signs is more often a mistyped number. */
const NAME = /^\p{L}[\p{L} '-]*\p{L}$/u;
/** An open end or a range of a scale: 3+, 5more, 10 or less, >4, <=2, 5-9. A typo rarely occurs in several rows. */
const OPEN_ENDED = /^(?:[<>]=?|[≤≥])? ?\d+(?: ?\+|[ -]?\p{L}[\p{L} ]*\p{L}|-\d+)?$/u;

/** Whether a column holds integers and words, and few distinct values in total. @param values of all rows */
export function areCategories(values: ColumnValues): boolean {
  const { numbers, words, counts } = values;
  if (counts.words === 0 || counts.words > counts.numbers || words.length > MOST_VALUES) return false;
  if (!numbers.every((x) => Number.isNaN(x) || Number.isInteger(x))) return false;
  const counted = countLevels(values);
  const isName = (word: string) => NAME.test(word) || (OPEN_ENDED.test(word) && counted.get(word)! >= ROWS_A_VALUE);
  if (!words.every(isName)) return false;
  const different = counted.size;
  return different <= MOST_VALUES && different * ROWS_A_VALUE <= counts.numbers + counts.words;
}
