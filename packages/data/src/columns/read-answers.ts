/** Reads the label columns of a table, for any task. */
import type { Table } from "../csv/gather-table.ts";
import type { LabelsChoice } from "./choose-labels.ts";
import { chooseTask, type LabelColumn, type TaskName } from "./choose-task.ts";
import { columnName } from "./column-name.ts";
import { columnValues } from "./column-values.ts";
import { describeUnlabelled, readLabels } from "./read-labels.ts";
import { readTargets } from "./read-targets.ts";

export interface Answers {
  readonly task: TaskName;
  /** The names of the label columns in the table's layout. */
  readonly names: readonly string[];
  /** The location of the label that errors name. */
  readonly where: string;
  /** The rows that have a label, ascending. */
  readonly rows: Uint32Array;
  /** The names of the classes; `labels` is the class of each row. Both are empty unless the task is classes. */
  readonly classes: readonly string[];
  readonly labels: Uint16Array;
  /** The labels or quantities, [columns, rows]; empty if the task is classes. */
  readonly values: Float64Array;
  readonly remarks: readonly string[];
}

/** @throws InputError that names the column or row that does not fit the task, or the flag at fault */
export function readAnswers(table: Table, choice: LabelsChoice, wanted: TaskName | undefined): Answers {
  const columns = choice.columns.map((column): LabelColumn => {
    const where = `${table.where}, column ${columnName(table.layout, column)}`;
    return { column, name: table.layout.names[column], where, values: columnValues(table, column) };
  });
  const { task, reason } = chooseTask(wanted, columns, choice.trust);
  const [{ where, values }] = columns;
  const names = columns.map(({ name }) => name);
  const labelled = `label: ${columns.length === 1 ? "column" : "columns"} ${choice.columns.map((column) => columnName(table.layout, column)).join(", ")}, ${choice.reason}`;
  const found = `task: ${task}, ${reason === "--task" ? "as --task says" : `as ${reason}`}`;
  if (task === "classes") {
    const { classes, rows, labels, remarks } = readLabels(where, values, choice.trust);
    return {
      task,
      names,
      where,
      rows,
      classes,
      labels,
      values: new Float64Array(0),
      remarks: [labelled, found, ...remarks],
    };
  }
  const targets = readTargets(table.where, table, columns, task);
  const missing = table.rows - targets.rows.length;
  const remarks = [labelled, found, ...(missing > 0 ? [describeUnlabelled(missing)] : [])];
  return { task, names, where, classes: [], labels: new Uint16Array(0), ...targets, remarks };
}
