/** Chooses the label column of a table. */
import { InputError } from "@scratch-nn/core";
import { excerpt } from "@scratch-nn/core/engine";
import { placeOf } from "../csv/cell-block.ts";
import type { TableLayout } from "../csv/table-layout.ts";
import { type ColumnValues, columnValues, type TableRows } from "./column-values.ts";
import { pixelName } from "./pixels.ts";

/** Usual names of label columns, the most likely first; matched in any case. */
const LABEL_NAMES = [
  "label",
  "labels",
  "class",
  "classes",
  "target",
  "species",
  "outcome",
  "y",
  "diagnosis",
  "category",
  "survived",
  "churn",
  "variety",
  "digit",
  "letter",
  "answer",
  "response",
  "result",
];
/** The names of these that a quantity hardly ever has. */
const CLASS_NAMES = new Set([
  "label",
  "labels",
  "class",
  "classes",
  "species",
  "category",
  "variety",
  "digit",
  "letter",
]);

/** Whether a column has a name that a quantity hardly ever has. */
export const isNamedForClasses = (name: string): boolean => CLASS_NAMES.has(name.toLowerCase());

/** The least rows from which to judge that words nearly all differ. */
const FEW_ROWS = 8;

export interface LabelChoice {
  readonly column: number;
  /** Why this column was chosen, for the plan. */
  readonly reason: string;
  /** How certain it is that the label holds classes: the user named it, its name is usual for classes, or a guess. */
  readonly trust: "wish" | "name" | "guess";
}

/**
 * Chooses the label column of a table.
 * @param wanted the label by name (exact, else in any case), by position from 1, or `last`. Default: a column with a
 *   usual name, else the only column that is not a pixel, else the only column of words, else the last column if there
 *   is a header. Without a header: the first or the last column, if only one of them can hold classes; with 100 columns
 *   or more, the first if both can
 * @throws InputError that names --label if there is no such column, if two have that name, or if no rule decides
 */
export function chooseLabel(where: string, layout: TableLayout, table: TableRows, wanted?: string): LabelChoice {
  if (wanted !== undefined) return { column: findWanted(where, layout, wanted), reason: "--label", trust: "wish" };
  return byName(where, layout) ?? byPixels(layout) ?? byWords(table, layout) ?? byPlace(where, layout, table);
}

function findWanted(where: string, { originalNames, hasHeader }: TableLayout, wanted: string): number {
  if (hasHeader) {
    const same = placesOf(originalNames, (name) => name === wanted);
    const found =
      same.length > 0 ? same : placesOf(originalNames, (name) => name.toLowerCase() === wanted.toLowerCase());
    if (found.length === 1) return found[0];
    if (found.length > 1) throw severalOfThatName(where, wanted, found);
  }
  if (wanted.toLowerCase() === "last") return originalNames.length - 1;
  const position = /^[0-9]+$/.test(wanted) ? Number(wanted) : 0;
  if (position >= 1 && position <= originalNames.length) return position - 1;
  throw new InputError({
    where: "--label",
    expected: `${hasHeader ? "the name of a column" : "a position"} of ${where}, a number from 1 to ${originalNames.length}, or last`,
    found: excerpt(wanted),
    remedy: hasHeader ? `its columns are ${abridge(originalNames)}` : "it has no header to look names up in",
  });
}

function byName(where: string, { originalNames, hasHeader }: TableLayout): LabelChoice | undefined {
  if (!hasHeader) return undefined;
  for (const name of LABEL_NAMES) {
    const found = placesOf(originalNames, (each) => each.toLowerCase() === name);
    if (found.length > 1) throw severalOfThatName(where, originalNames[found[0]], found);
    if (found.length === 1) {
      return { column: found[0], reason: "by its name", trust: isNamedForClasses(name) ? "name" : "guess" };
    }
  }
  return undefined;
}

/** Chooses the only column that is not a pixel. */
function byPixels({ originalNames, hasHeader }: TableLayout): LabelChoice | undefined {
  if (!hasHeader || originalNames.length < 3) return undefined;
  const others = placesOf(originalNames, (name) => !pixelName(name));
  if (others.length !== 1) return undefined;
  return { column: others[0], reason: "the only one that is no pixel", trust: "name" };
}

/** Chooses the only column of words that can be classes. */
function byWords(table: TableRows, { names }: TableLayout): LabelChoice | undefined {
  const ofWords = names.flatMap((_, column) => {
    if (!holdsWords(table, column)) return [];
    const values = columnValues(table, column);
    const { words, counts } = values;
    const isClass = counts.words > counts.numbers && !(counts.words >= FEW_ROWS && words.length > counts.words / 2);
    return isClass ? [column] : [];
  });
  return ofWords.length === 1 ? { column: ofWords[0], reason: "the only column of words", trust: "guess" } : undefined;
}

/** Whether a column has words in any block. */
function holdsWords({ blocks }: TableRows, column: number): boolean {
  return blocks.some(({ wide, words }) => {
    const place = placeOf(wide, column);
    return place >= 0 && words[place].length > 0;
  });
}

function byPlace(where: string, { names, hasHeader }: TableLayout, table: TableRows): LabelChoice {
  const last = names.length - 1;
  // A header of numbers (0, 1, 2, ...) comes from software that writes a table without names.
  if (hasHeader && !names.every((name) => /^\d+$/.test(name)))
    return { column: last, reason: "the last column", trust: "guess" };
  const candidates = [0, last].filter((column) => isFewWholeNumbers(columnValues(table, column)));
  if (candidates.length === 1) {
    const [column] = candidates;
    return { column, reason: column === 0 ? "the first column" : "the last column", trust: "guess" };
  }
  // Tables of images without a header have the label first, like Kaggle's tables with a header.
  if (candidates.length === 2 && names.length >= MANY_COLUMNS) {
    return { column: 0, reason: "the first column", trust: "guess" };
  }
  throw new InputError({
    where,
    expected: "a label column that can be told from the others",
    found:
      candidates.length === 2
        ? "no header, and the first and the last column could both be it"
        : "no header, and no column of classes at either end",
    remedy: "pass --label with its position from 1, or last",
  });
}

/** The least columns of a table without a header to take it for a table of images. */
const MANY_COLUMNS = 100;

function isFewWholeNumbers(values: ColumnValues): boolean {
  const { numbers, counts } = values;
  if (counts.words > 0) return false;
  const present = numbers.filter((x) => !Number.isNaN(x));
  return (
    present.every(Number.isInteger) &&
    new Set(present).size <= Math.max(20, present.length / 10) &&
    new Set(present).size >= 2
  );
}

export function severalOfThatName(where: string, name: string, found: readonly number[]): InputError {
  return new InputError({
    where: `${where}, column ${excerpt(name)}`,
    expected: "one column of that name",
    found: `${found.length}, at positions ${found.map((column) => column + 1).join(", ")}`,
    remedy: `pass --label with a position, for example --label ${found[0] + 1}`,
  });
}

function placesOf(names: readonly string[], is: (name: string) => boolean): number[] {
  return names.flatMap((name, column) => (is(name) ? [column] : []));
}

/** Formats a list of names for a message: all of up to 8, else the first 6 and the last. */
export function abridge(names: readonly string[]): string {
  const some = names.length <= 8 ? names : names.slice(0, 6);
  return `${some.map(excerpt).join(", ")}${some.length < names.length ? `, ... ${excerpt(names.at(-1)!)}` : ""}`;
}
