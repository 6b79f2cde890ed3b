/** The confusion matrix as far as a person can read it: whole for some classes, the most frequent mistakes of many. */
import { printable } from "./printable.ts";
import { type Colors, table, thousands } from "./report.ts";

/** [classes, classes], row after row: a row for each true class, a column for each predicted one. */
export type Confusion = Uint32Array | Float64Array;

/** Examples of class `label` that were taken for class `predicted`. */
export interface Mistake {
  readonly label: number;
  readonly predicted: number;
  readonly count: number;
}

const MOST_CLASSES_SHOWN = 20;
const MISTAKES_SHOWN = 10;
/** A matrix of more classes than this is kept as its most frequent mistakes: a million of numbers is no text. */
const MOST_CLASSES_KEPT = 500;
const MISTAKES_KEPT = 1000;
/** Characters of a class's name. */
const MOST_NAME = 10;
const MOST_NAME_IN_LIST = 24;

/** The most frequent mistakes, the first of equals first. */
export function mistakesOf(confusion: Confusion, classes: number, most: number): Mistake[] {
  const found: Mistake[] = [];
  const sort = (): void => {
    found.sort((a, b) => b.count - a.count || a.label - b.label || a.predicted - b.predicted);
    found.length = Math.min(found.length, most);
  };
  for (let label = 0; label < classes; label++) {
    for (let predicted = 0; predicted < classes; predicted++) {
      const count = confusion[label * classes + predicted];
      if (count === 0 || label === predicted) continue;
      found.push({ label, predicted, count });
      if (found.length > 100 * most) sort();
    }
  }
  sort();
  return found;
}

/** For JSON: nested lists, or null and the most frequent mistakes. */
export function confusionAsJson(confusion: Confusion, classes: readonly string[]) {
  const k = classes.length;
  if (k <= MOST_CLASSES_KEPT) {
    return { confusion: Array.from({ length: k }, (_, row) => Array.from(confusion.subarray(row * k, (row + 1) * k))) };
  }
  const named = ({ label, predicted, count }: Mistake) => ({
    label: classes[label],
    predicted: classes[predicted],
    count,
  });
  return { confusion: null, mistakes: mistakesOf(confusion, k, MISTAKES_KEPT).map(named) };
}

export function confusionTable(confusion: Confusion, classes: readonly string[], colors: Colors): string {
  if (classes.length > MOST_CLASSES_SHOWN) return mistakesTable(confusion, classes, colors);
  const names = classes.map((name) => printable(name, MOST_NAME));
  const count = (k: number, j: number): number => confusion[k * classes.length + j];
  const width = Math.max(...names.map((name) => name.length), ...Array.from(confusion, (n) => String(n).length));
  const head = `${"".padStart(width)}  ${names.map((name) => name.padStart(width)).join(" ")}`;
  const rows = names.map((name, k) => {
    const cells = names.map((_, j) => {
      const text = (count(k, j) === 0 ? "·" : String(count(k, j))).padStart(width);
      if (k === j) return colors.green(text);
      return count(k, j) === 0 ? colors.dim(text) : text;
    });
    return `${name.padStart(width)}  ${cells.join(" ")}`;
  });
  return [colors.dim(head), ...rows].join("\n");
}

function mistakesTable(confusion: Confusion, classes: readonly string[], colors: Colors): string {
  const mistakes = mistakesOf(confusion, classes.length, MISTAKES_SHOWN);
  if (mistakes.length === 0) return colors.dim(`(no mistakes among ${classes.length} classes)`);
  const name = (k: number): string => printable(classes[k], MOST_NAME_IN_LIST);
  const rows = mistakes.map(({ label, predicted, count }): [string, string] => [
    thousands(count),
    `${name(label)} taken for ${name(predicted)}`,
  ]);
  return [colors.dim("the most frequent mistakes"), table(rows, colors)].join("\n");
}
