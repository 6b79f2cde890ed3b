/** A file to test on, matched with the one that was trained on. */
import { InputError } from "@scratch-nn/core";
import { excerpt } from "@scratch-nn/core/engine";
import type { Table } from "../csv/read-table.ts";
import { type BoundColumns, bindColumns, requireOneLabel } from "./bind-columns.ts";
import { abridge } from "./choose-label.ts";
import { columnValues, lineOfRow } from "./column-values.ts";
import type { TablePart } from "./encode-rows.ts";
import { nameFinder } from "./find-name.ts";
import type { FittedEncoders } from "./fit-encoders.ts";
import { describeUnlabelled, numberLabels } from "./read-labels.ts";

export interface TestPart extends TablePart {
  readonly remarks: readonly string[];
}

/** Whether a table has the label that training has: by its name, or by the number of columns where there are no names. */
export function hasLabel(test: Table, train: Table, label: string): boolean {
  const { names, hasHeader } = test.layout;
  if (!(hasHeader && train.layout.hasHeader)) return names.length === train.layout.names.length;
  const column = nameFinder(names)(label);
  return column !== undefined && (names[column] === label || !train.layout.names.includes(names[column]));
}

/**
 * Makes sure that a table without the label is one that lacks nothing but the label.
 * @returns what to say of it
 * @throws InputError naming the features that it lacks
 */
export function describeUnlabelledTable(
  test: Table,
  train: Table,
  { preprocessing }: FittedEncoders,
  label: string,
): string {
  const { names, hasHeader } = test.layout;
  const bound = bindColumns(test.where, test.layout, { preprocessing, label });
  const most = train.layout.names.length;
  if (!hasHeader && names.length > most) {
    throw new InputError({
      where: test.where,
      expected: `${most} columns as in ${train.where}, or ${most - 1} without the label`,
      found: String(names.length),
      remedy: "use two files of one layout",
    });
  }
  const known = new Set(train.layout.names);
  const others = hasHeader ? bound.others.map((column) => names[column]).filter((name) => !known.has(name)) : [];
  const besides = others.length === 0 ? "" : ` (no ${excerpt(label)}, but ${abridge(others)} besides the features)`;
  return `${test.where} has no labels: it is not used${besides}`;
}

/**
 * The labelled rows of a test table.
 * @throws InputError when columns are missing or others than training's, or a class is one that training has not
 */
export function testPart(
  test: Table,
  train: Table,
  fitted: FittedEncoders,
  label: { readonly name: string; readonly classes: readonly string[] },
): TestPart {
  const bound = bindColumns(test.where, test.layout, { preprocessing: fitted.preprocessing, label: label.name });
  requireOneLabel(test.where, test.layout, bound);
  requireNoOthers(test, train, bound);
  const values = columnValues(test, bound.label!);
  const labelled = numberLabels(values, label.classes);
  if ("unknown" in labelled) {
    throw new InputError({
      where: `${test.where}:${lineOfRow(test, labelled.unknown)}:${bound.label! + 1}`,
      expected: `a class seen in training (${abridge(label.classes)})`,
      found: `${excerpt(labelled.level)} (column ${excerpt(label.name)})`,
      remedy: "mend or delete that row",
    });
  }
  const { missing } = values.counts;
  const remarks = [...test.remarks, ...bound.remarks, ...(missing > 0 ? [describeUnlabelled(missing)] : [])];
  return {
    table: test,
    ...labelled,
    places: bound.places,
    remarks: remarks.map((remark) => `${test.where}: ${remark}`),
  };
}

/** @throws InputError naming columns that training has not */
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
