/** Matches a test table with the training table. */
import { InputError } from "@scratch-nn/core";
import { excerpt } from "@scratch-nn/core/engine";
import type { Table } from "../csv/gather-table.ts";
import { type BoundColumns, bindColumns, requireOneLabel } from "./bind-columns.ts";
import { abridge } from "./choose-label.ts";
import type { LabelColumn } from "./choose-task.ts";
import { columnValues, lineOfRow } from "./column-values.ts";
import type { TablePart } from "./encode-rows.ts";
import { nameFinder } from "./find-name.ts";
import type { FittedEncoders } from "./fit-encoders.ts";
import type { Answers } from "./read-answers.ts";
import { describeUnlabelled, type LabelledRows, numberLabels } from "./read-labels.ts";
import { readTargets } from "./read-targets.ts";

export interface TestPart extends TablePart {
  readonly remarks: readonly string[];
}

/**
 * Whether a test table has a row with labels. Its label columns are those of the training table: by name, or by
 * position if there is no header. All cells of a column may be empty, as where a label is to be predicted.
 * @throws InputError that names a cell that is no target of the task
 */
export function hasLabels(test: Table, train: Table, { task, names }: Pick<Answers, "task" | "names">): boolean {
  // bindColumns refuses two tables of which one has a header.
  if (test.layout.hasHeader !== train.layout.hasHeader) return true;
  const columns = labelColumns(test, train, names);
  if (columns === undefined) return false;
  const read = columns.map((column, i): LabelColumn => {
    return { column, name: names[i], where: test.where, values: columnValues(test, column) };
  });
  if (task !== "classes") return readTargets(test.where, test, read, task).rows.length > 0;
  const { numbers, words } = read[0].values.counts;
  return numbers + words > 0;
}

/** Returns the columns of the labels in a test table; undefined if it lacks one of them. */
function labelColumns(test: Table, train: Table, labels: readonly string[]): readonly number[] | undefined {
  const { names, hasHeader } = test.layout;
  if (!hasHeader) {
    const isAlike = names.length === train.layout.names.length;
    return isAlike ? labels.map((label) => train.layout.names.indexOf(label)) : undefined;
  }
  const find = nameFinder(names);
  const columns = labels.flatMap((label) => {
    const column = find(label);
    const isLabel = column !== undefined && (names[column] === label || !train.layout.names.includes(names[column]));
    return isLabel ? [column] : [];
  });
  return columns.length === labels.length ? columns : undefined;
}

/**
 * Checks that a table without labels, or with none in any row, lacks nothing else.
 * @returns a remark that the table is not used
 * @throws InputError that names the missing features
 */
export function describeUnlabelledTable(
  test: Table,
  train: Table,
  { preprocessing }: FittedEncoders,
  labels: readonly string[],
): string {
  const { names, hasHeader } = test.layout;
  const bound = bindColumns(test.where, test.layout, { preprocessing, labels });
  const most = train.layout.names.length;
  if (!hasHeader && names.length > most) {
    throw new InputError({
      where: test.where,
      expected: `${most} columns as in ${train.where}, or ${most - labels.length} without the label`,
      found: String(names.length),
      remedy: "use two files of one layout",
    });
  }
  const known = new Set(train.layout.names);
  const others = hasHeader ? bound.others.map((column) => names[column]).filter((name) => !known.has(name)) : [];
  if (bound.labels !== undefined) return `${test.where} has no label in any row (${abridge(labels)}): it is not used`;
  const besides = others.length === 0 ? "" : ` (no ${abridge(labels)}, but ${abridge(others)} besides the features)`;
  return `${test.where} has no labels: it is not used${besides}`;
}

/**
 * Reads the labelled rows of a test table.
 * @throws InputError if columns are missing, or if a column or a class is not in the training table
 */
export function testPart(
  test: Table,
  train: Table,
  fitted: FittedEncoders,
  { task, names, classes }: Pick<Answers, "task" | "names" | "classes">,
): TestPart {
  const bound = bindColumns(test.where, test.layout, { preprocessing: fitted.preprocessing, labels: names });
  requireOneLabel(test.where, test.layout, bound);
  requireNoOthers(test, train, bound);
  const columns = bound.labels!.map((column, i): LabelColumn => {
    return { column, name: names[i], where: test.where, values: columnValues(test, column) };
  });
  const labelled =
    task === "classes"
      ? { ...labelsOf(test, columns[0], classes), values: new Float64Array(0) }
      : { ...readTargets(test.where, test, columns, task), labels: new Uint16Array(0) };
  const missing = test.rows - labelled.rows.length;
  const remarks = [...test.remarks, ...bound.remarks, ...(missing > 0 ? [describeUnlabelled(missing)] : [])];
  return {
    table: test,
    ...labelled,
    places: bound.places,
    remarks: remarks.map((remark) => `${test.where}: ${remark}`),
  };
}

function labelsOf(test: Table, { column, name, values }: LabelColumn, classes: readonly string[]): LabelledRows {
  const labelled = numberLabels(values, classes);
  if (!("unknown" in labelled)) return labelled;
  throw new InputError({
    where: `${test.where}:${lineOfRow(test, labelled.unknown)}:${column + 1}`,
    expected: `a class seen in training (${abridge(classes)})`,
    found: `${excerpt(labelled.level)} (column ${excerpt(name)})`,
    remedy: "mend or delete that row",
  });
}

/** @throws InputError that names columns that are not in the training table */
function requireNoOthers(test: Table, train: Table, { others }: BoundColumns): void {
  if (!train.layout.hasHeader) return;
  const known = new Set(train.layout.names);
  const unknown = others.map((column) => test.layout.names[column]).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new InputError({
    where: test.where,
    expected: `the columns of ${train.where}`,
    found: `${abridge(unknown)} besides`,
    remedy: "use two files of one layout",
  });
}
