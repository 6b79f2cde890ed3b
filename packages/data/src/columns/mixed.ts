/** Columns of numbers and words that are categories: 4, 6 and 8 cylinders, or rotary. */
import { type ColumnValues, countLevels } from "./column-values.ts";

/** A column that has more different values than this is one of numbers, its words errors. */
const MOST_VALUES = 20;
/** So many rows a value, on average, are no accident. */
const ROWS_A_VALUE = 5;
/** What people write for a category; what has digits or signs in it is more often a number gone wrong. */
const NAME = /^\p{L}[\p{L} '-]*\p{L}$/u;
/** The open end of a scale, or a range of it: 3+, 5more, 10 or less, >4, <=2, 5-9. Of a typing error there are not several rows. */
const OPEN_ENDED = /^(?:[<>]=?|[≤≥])? ?\d+(?: ?\+|[ -]?\p{L}[\p{L} ]*\p{L}|-\d+)?$/u;

/** Whether a column of whole numbers has words among them and few different values altogether. @param values of all rows */
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
