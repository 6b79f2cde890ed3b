/** Finds label leaks: columns that determine the class alone. */
import { type ColumnValues, MISSING, NUMBER } from "./column-values.ts";

/** The least rows from which to judge: fewer may agree by chance. */
const FEW_ROWS = 20;

/**
 * Whether a column alone determines the class of every row: no two classes share a value, and for numbers each class
 * fills one interval.
 * @param labels the class of each row
 */
export function givesLabelAway(values: ColumnValues, labels: Uint16Array): boolean {
  if (labels.length < FEW_ROWS) return false;
  return values.codes === undefined ? hasIntervals(values.numbers, labels) : hasValues(values, labels);
}

/** Rows of a quick first check: a rule that fails for some rows fails for all. */
const SOME_ROWS = 256;

function hasIntervals(numbers: Float64Array, labels: Uint16Array): boolean {
  const ofSome = classesInTurn(numbers.subarray(0, SOME_ROWS), labels.subarray(0, SOME_ROWS));
  return ofSome !== undefined && (classesInTurn(numbers, labels) ?? 0) > 1;
}

/**
 * Counts the classes if each of them is one run of the rows sorted by the column.
 * @returns undefined if some class is not one run
 */
function classesInTurn(numbers: Float64Array, labels: Uint16Array): number | undefined {
  const order = Uint32Array.from(numbers.keys()).sort((a, b) => numbers[a] - numbers[b] || labels[a] - labels[b]);
  const seen = new Set<number>();
  let before = -1;
  for (let i = 0; i < order.length; i++) {
    const label = labels[order[i]];
    if (label === before) continue;
    // Two classes share a value, or a class comes again.
    if (seen.has(label) || (i > 0 && numbers[order[i]] === numbers[order[i - 1]])) return undefined;
    seen.add(label);
    before = label;
  }
  return seen.size;
}

/** Whether each value occurs with one class only, and has five rows or more on average. */
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
