/** Columns that alone give the label away. */
import { type ColumnValues, MISSING, NUMBER } from "./column-values.ts";

/** Fewer rows than this can agree by chance. */
const FEW_ROWS = 20;

/**
 * Whether a column alone tells the class of every row: each class has values (or an interval of numbers) of its own.
 * @param labels the class of each row
 */
export function givesLabelAway(values: ColumnValues, labels: Uint16Array): boolean {
  if (labels.length < FEW_ROWS) return false;
  return values.codes === undefined ? hasIntervals(values.numbers, labels) : hasValues(values, labels);
}

/** What does not hold of some rows does not hold of all, and is found out sooner. */
const SOME_ROWS = 256;

function hasIntervals(numbers: Float64Array, labels: Uint16Array): boolean {
  const ofSome = classesInTurn(numbers.subarray(0, SOME_ROWS), labels.subarray(0, SOME_ROWS));
  return ofSome !== undefined && (classesInTurn(numbers, labels) ?? 0) > 1;
}

/**
 * How many classes there are, where sorted by the column they come one after another.
 * @returns undefined where they do not
 */
function classesInTurn(numbers: Float64Array, labels: Uint16Array): number | undefined {
  const order = Uint32Array.from(numbers.keys()).sort((a, b) => numbers[a] - numbers[b] || labels[a] - labels[b]);
  const seen = new Set<number>();
  let before = -1;
  for (let i = 0; i < order.length; i++) {
    const label = labels[order[i]];
    if (label === before) continue;
    // A value that two classes share, or a class that comes again.
    if (seen.has(label) || (i > 0 && numbers[order[i]] === numbers[order[i - 1]])) return undefined;
    seen.add(label);
    before = label;
  }
  return seen.size;
}

/** Every value goes with one class. */
function hasValues({ numbers, codes, words }: ColumnValues, labels: Uint16Array): boolean {
  const classOf = new Map<number | string, number>();
  for (let row = 0; row < labels.length; row++) {
    const code = codes![row];
    const value = code === MISSING ? "" : code === NUMBER ? numbers[row] : words[code];
    const known = classOf.get(value);
    if (known !== undefined && known !== labels[row]) return false;
    classOf.set(value, labels[row]);
  }
  return classOf.size > 1 && classOf.size <= labels.length / 5;
}
