/** Integers with more digits than an f64 holds. They are words, because rounding would merge different identifiers. */
import { type ColumnValues, NUMBER } from "./column-values.ts";

const WHOLE = /^[+-]?\d+$/;

export function isLongNumber(word: string): boolean {
  return WHOLE.test(word) && Number.isFinite(Number(word));
}

/** Replaces long integers by the nearest f64, which is exact enough in a column of quantities. */
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
