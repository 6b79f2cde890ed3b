/** Chooses the task from the label columns: classes, yes/no labels, or quantities. */
import { InputError } from "@scratch-nn/core";
import { isNamedForClasses } from "./choose-label.ts";
import type { LabelsChoice } from "./choose-labels.ts";
import { type ColumnValues, countLevels } from "./column-values.ts";
import { withGaps } from "./gap-marks.ts";
import { isYesNo } from "./yes-no.ts";

export const TASKS = ["classes", "labels", "quantity"] as const;
/**
 * `classes`: each row has one class of several; `labels`: one or more columns of yes or no; `quantity`: one or more
 * columns of numbers.
 */
export type TaskName = (typeof TASKS)[number];

export interface TaskChoice {
  readonly task: TaskName;
  /** Why this task was chosen, for the plan. */
  readonly reason: string;
}

/** A label column and its values. */
export interface LabelColumn {
  /** The index of the column in the table. */
  readonly column: number;
  readonly name: string;
  /** The location that errors name. */
  readonly where: string;
  readonly values: ColumnValues;
}

/** The most distinct integers that are taken for classes without other evidence. */
const MOST_NUMBERED_CLASSES = 10;
/** The least rows per class, on average, for the same. */
const ROWS_PER_CLASS = 3;

/**
 * Chooses the task. If the user does not name it, these rules apply:
 *
 * - One column is classes if it holds words, unless the words only mark missing values of a quantity.
 * - It is classes if it holds at most two different numbers, up to 10 different integers with at least three rows each
 *   on average, or integers under a name for classes (class, label, species, ...).
 * - It is a quantity if it holds other numbers.
 * - Several columns are labels if all of them hold yes or no, and quantities if all of them hold numbers.
 *
 * @throws InputError that names --task, or a column that cannot be one of several labels
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

/** Whether there are more distinct numbers than numbered classes may have. */
function hasMany({ numbers }: ColumnValues): boolean {
  return new Set(numbers.filter((x) => !Number.isNaN(x))).size > MOST_NUMBERED_CLASSES;
}

function hasDecimals({ numbers }: ColumnValues): boolean {
  return numbers.some((x) => !Number.isNaN(x) && !Number.isInteger(x));
}
