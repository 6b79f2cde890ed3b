/** Reads label columns as numbers: quantities, or 1 and 0 for yes and no. */
import { InputError } from "@scratch-nn/core";
import { excerpt, isGapMark } from "@scratch-nn/core/engine";
import type { LabelColumn, TaskName } from "./choose-task.ts";
import { lineOfRow, MISSING, NUMBER, type TableRows } from "./column-values.ts";
import { whyNoNumber } from "./odd-cells.ts";
import { YES_OR_NO, yesNoOf } from "./yes-no.ts";

/** The targets of a table's rows. */
export interface Targets {
  /** The rows in which no target is missing, ascending. */
  readonly rows: Uint32Array;
  /** [columns, rows]: the targets of one row are adjacent. */
  readonly values: Float64Array;
}

/**
 * @param where the file of the table
 * @throws InputError that names the line and column of a cell that is no number, or neither yes nor no
 */
export function readTargets(
  where: string,
  table: TableRows,
  columns: readonly LabelColumn[],
  task: Exclude<TaskName, "classes">,
): Targets {
  const rows: number[] = [];
  const values: number[] = [];
  for (let row = 0; row < table.rows; row++) {
    const found = columns.map((column) => cellOf(column, row));
    for (const [i, cell] of found.entries()) {
      if (cell === undefined) continue;
      const target = targetOf(cell, task);
      if (target === undefined) {
        const remedy = task === "quantity" ? "pass --task classes" : "name another column with --label";
        throw wrongTarget(`${where}:${lineOfRow(table, row)}`, columns[i], String(cell), task, remedy);
      }
      found[i] = Number.isNaN(target) ? undefined : target;
    }
    if (found.includes(undefined)) continue;
    rows.push(row);
    values.push(...(found as number[]));
  }
  return { rows: Uint32Array.from(rows), values: Float64Array.from(values) };
}

/** @returns undefined if the cell is missing */
function cellOf({ values: { numbers, codes, words } }: LabelColumn, row: number): number | string | undefined {
  const code = codes === undefined ? NUMBER : codes[row];
  if (code === MISSING) return undefined;
  return code === NUMBER ? numbers[row] : words[code];
}

/** @returns NaN for a mark of a missing quantity, undefined for a cell that is no target of the task */
export function targetOf(cell: number | string, task: Exclude<TaskName, "classes">): number | undefined {
  if (task === "labels") return yesNoOf(cell);
  if (typeof cell === "string" && isGapMark(cell)) return Number.NaN;
  return typeof cell === "number" && Number.isFinite(cell) ? cell : undefined;
}

/** @param remedy an alternative to mending the row */
export function wrongTarget(
  where: string,
  { column, name }: Pick<LabelColumn, "column" | "name">,
  text: string,
  task: TaskName,
  remedy: string,
): InputError {
  const why = task === "quantity" ? whyNoNumber(text) : undefined;
  return new InputError({
    where: `${where}:${column + 1}`,
    expected: task === "quantity" ? "a finite number, a quantity" : YES_OR_NO,
    found: `${excerpt(text)} (column ${excerpt(name)})${why === undefined ? "" : `, which ${why}`}`,
    // Whole columns look so, and their values seldom repeat as those of classes do.
    remedy:
      why === undefined
        ? `mend or delete that row, or ${remedy}`
        : "write plain numbers there, or name another column with --label",
  });
}
