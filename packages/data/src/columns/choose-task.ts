/** What a label is: classes, yes/no labels, or quantities. */
import { InputError } from "@scratch-nn/core";
import { isNamedForClasses } from "./choose-label.ts";
import type { LabelsChoice } from "./choose-labels.ts";
import { type ColumnValues, countLevels } from "./column-values.ts";
import { withGaps } from "./gap-marks.ts";
import { isYesNo } from "./yes-no.ts";

export const TASKS = ["classes", "labels", "quantity"] as const;
/** `classes`: each row has one of some; `labels`: one or more columns of yes or no; `quantity`: one or more numbers. */
export type TaskName = (typeof TASKS)[number];

export interface TaskChoice {
  readonly task: TaskName;
  /** Why, for the plan. */
  readonly reason: string;
}

/** A label column, read. */
export interface LabelColumn {
  /** Of the table. */
  readonly column: number;
  readonly name: string;
  /** What errors call it. */
  readonly where: string;
  readonly values: ColumnValues;
}

/** So many different whole numbers are classes at most, where nothing but themselves says so. */
const MOST_NUMBERED_CLASSES = 10;
/** Rows that each of them has, on average, at least. */
const ROWS_PER_CLASS = 3;

/**
 * The rule, where the user does not say it: words are classes, unless they are marks for gaps in a quantity; so are two different numbers, up to 10 different whole
 * numbers with three rows each on average, and any whole numbers in a column that is named for classes (class, label,
 * species, ...); other numbers are a quantity. Several columns are labels where all of them say yes or no, and
 * quantities where all of them hold numbers.
 * @throws InputError naming --task, or the column that several columns cannot be learnt with
 */
export function chooseTask(
  wanted: TaskName | undefined,
  columns: readonly LabelColumn[],
  trust: LabelsChoice["trust"],
): TaskChoice {
  if (wanted === "classes" && columns.length > 1) {
    throw new InputError({
      where: "--task",
      expected: "labels or quantity, for several columns",
      found: `classes, with ${columns.length} columns of --label`,
      remedy: "name one column, or pass --task labels",
    });
  }
  if (wanted !== undefined) return { task: wanted, reason: "--task" };
  return columns.length === 1 ? ofOne(columns[0], trust) : ofSeveral(columns);
}

function ofOne({ name, values }: LabelColumn, trust: LabelsChoice["trust"]): TaskChoice {
  const { counts } = values;
  if (counts.words > 0) {
    const isMarked = withGaps(values).counts.words === 0;
    if (!isMarked || !(hasDecimals(values) || hasMany(values))) return { task: "classes", reason: "it holds words" };
    return { task: "quantity", reason: "it holds numbers, and marks for gaps among them" };
  }
  const different = countLevels(values).size;
  if (different <= 2) return { task: "classes", reason: `it holds ${different} different numbers` };
  if (hasDecimals(values)) return { task: "quantity", reason: "it holds numbers with decimals" };
  const found = `it holds ${different} different whole numbers in ${counts.numbers} rows`;
  if (trust === "name" || isNamedForClasses(name)) return { task: "classes", reason: "it is named for classes" };
  const areFew = different <= MOST_NUMBERED_CLASSES && different * ROWS_PER_CLASS <= counts.numbers;
  return { task: areFew ? "classes" : "quantity", reason: found };
}

function ofSeveral(columns: readonly LabelColumn[]): TaskChoice {
  if (columns.every(({ values }) => isYesNo(values))) return { task: "labels", reason: "all columns say yes or no" };
  const other = columns.find(({ values }) => values.counts.words > 0);
  if (other === undefined) return { task: "quantity", reason: "all columns hold numbers" };
  throw new InputError({
    where: other.where,
    expected: "numbers, or yes or no, as there are several columns of --label",
    found: "words",
    remedy: "name one column with --label",
  });
}

/** More different numbers than classes have that go by numbers. */
function hasMany({ numbers }: ColumnValues): boolean {
  return new Set(numbers.filter((x) => !Number.isNaN(x))).size > MOST_NUMBERED_CLASSES;
}

function hasDecimals({ numbers }: ColumnValues): boolean {
  return numbers.some((x) => !Number.isNaN(x) && !Number.isInteger(x));
}
