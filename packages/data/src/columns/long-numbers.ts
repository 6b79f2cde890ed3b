/** Whole numbers with more digits than an f64 holds: words, since rounded they would be one, unless they are quantities. */
import { type ColumnValues, NUMBER } from "./column-values.ts";

const WHOLE = /^[+-]?\d+$/;

export function isLongNumber(word: string): boolean {
  return WHOLE.test(word) && Number.isFinite(Number(word));
}

/** A column with such words read as the nearest f64: that is as good, where a column is a quantity. */
export function roundLongNumbers(values: ColumnValues): ColumnValues {
  const { codes, words, counts } = values;
  if (codes === undefined || !words.some(isLongNumber)) return values;
  const rounded = words.map((word) => (isLongNumber(word) ? Number(word) : undefined));
  const numbers = values.numbers.slice();
  const rest = codes.slice();
  let changed = 0;
  for (let row = 0; row < codes.length; row++) {
    const value = rounded[codes[row]];
    if (value === undefined) continue;
    numbers[row] = value;
    rest[row] = NUMBER;
    changed++;
  }
  return {
    ...values,
    numbers,
    codes: rest,
    counts: { ...counts, numbers: counts.numbers + changed, words: counts.words - changed },
  };
}
