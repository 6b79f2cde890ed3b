/** Formats the confusion matrix in readable size: whole for few classes, the most frequent mistakes for many. */
import type { ConfusionMatrix } from "@scratch-nn/core";
import { printable } from "./printable.ts";
import { type Colors, table, thousands } from "./report.ts";

/** Examples of class `label` that were predicted as class `predicted`. */
export interface Mistake {
  readonly label: number;
  readonly predicted: number;
  readonly count: number;
}

const MOST_CLASSES_SHOWN = 20;
const MISTAKES_SHOWN = 10;
/** A matrix of more classes is saved as its most frequent mistakes: a million numbers are not readable as text. */
const MOST_CLASSES_KEPT = 500;
const MISTAKES_KEPT = 1000;
/** The largest number of characters of a class name. */
const MOST_NAME = 10;
const MOST_NAME_IN_LIST = 24;

/** The most frequent mistakes; ties keep their order. */
export function mistakesOf(confusion: ConfusionMatrix, most: number): Mistake[] {
  const found = Array.from(confusion.cells()).filter(({ label, predicted }) => label !== predicted);
  found.sort((a, b) => b.count - a.count || a.label - b.label || a.predicted - b.predicted);
  return found.slice(0, most);
}

/** Nested lists for JSON, or null and the most frequent mistakes. */
export function confusionAsJson(confusion: ConfusionMatrix, classes: readonly string[]) {
  if (confusion.classes <= MOST_CLASSES_KEPT) return { confusion: confusion.rows() };
  const named = ({ label, predicted, count }: Mistake) => ({
    label: classes[label],
    predicted: classes[predicted],
    count,
  });
  return { confusion: null, mistakes: mistakesOf(confusion, MISTAKES_KEPT).map(named) };
}

export function confusionTable(confusion: ConfusionMatrix, classes: readonly string[], colors: Colors): string {
  if (classes.length > MOST_CLASSES_SHOWN) return mistakesTable(confusion, classes, colors);
  const names = classes.map((name) => printable(name, MOST_NAME));
  const counts = confusion.rows();
  const width = Math.max(...names.map((name) => name.length), ...counts.flat().map((n) => String(n).length));
  const head = `${"".padStart(width)}  ${names.map((name) => name.padStart(width)).join(" ")}`;
  const rows = names.map((name, k) => {
    const cells = counts[k].map((count, j) => {
      const text = (count === 0 ? "·" : String(count)).padStart(width);
      if (k === j) return colors.green(text);
      return count === 0 ? colors.dim(text) : text;
    });
    return `${name.padStart(width)}  ${cells.join(" ")}`;
  });
  return [colors.dim(head), ...rows].join("\n");
}

function mistakesTable(confusion: ConfusionMatrix, classes: readonly string[], colors: Colors): string {
  const mistakes = mistakesOf(confusion, MISTAKES_SHOWN);
  if (mistakes.length === 0) return colors.dim(`(no mistakes among ${classes.length} classes)`);
  const name = (k: number): string => printable(classes[k], MOST_NAME_IN_LIST);
  const rows = mistakes.map(({ label, predicted, count }): [string, string] => [
    thousands(count),
    `${name(label)} taken for ${name(predicted)}`,
  ]);
  return [colors.dim("the most frequent mistakes"), table(rows, colors)].join("\n");
}
