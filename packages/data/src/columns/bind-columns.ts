/** Finds the columns of a table that encoders need: by name, or by position in tables without names. */

import { InputError, type Model, type Preprocessing, taskOf } from "@scratch-nn/core";
import { excerpt } from "@scratch-nn/core/engine";
import type { TableLayout } from "../csv/table-layout.ts";
import { abridge, severalOfThatName } from "./choose-label.ts";
import { nameFinder } from "./find-name.ts";

/** The columns of a model, or of a training table, that another table must have. */
export interface WantedColumns {
  readonly preprocessing: Pick<Preprocessing, "columns" | "named">;
  /** The names of the label columns, or their positions in tables without names; empty if not known. */
  readonly labels: readonly string[];
}

/** Returns the columns that a model needs in a table. */
export function wantedColumns(model: Model): WantedColumns {
  const { preprocessing, label } = model;
  const task = taskOf(model);
  return { preprocessing, labels: label !== undefined ? [label] : task.kind === "classes" ? [] : task.names };
}

export interface BoundColumns {
  /** For each of preprocessing.columns, the index of the table's column. */
  readonly places: readonly number[];
  /** The columns of the labels; undefined if the table lacks one of them, or if there are no known labels. */
  readonly labels: readonly number[] | undefined;
  /** Columns of the table that training did not use. */
  readonly others: readonly number[];
  /** Tells which names match only if case is ignored. */
  readonly remarks: readonly string[];
}

/**
 * Matches the columns of a table with the wanted ones.
 * @throws InputError that names the missing columns, or if only one of the two has a header
 */
export function bindColumns(where: string, layout: TableLayout, wanted: WantedColumns): BoundColumns {
  if (wanted.preprocessing.named && layout.hasHeader) return bindByName(where, layout, wanted);
  if (!wanted.preprocessing.named && !layout.hasHeader) return bindByPosition(where, layout, wanted);
  throw new InputError({
    where,
    expected: wanted.preprocessing.named ? "a header with the names that were trained on" : "no header, as in training",
    found: wanted.preprocessing.named ? "a table without a header" : `a header (${abridge(layout.names)})`,
    remedy: wanted.preprocessing.named
      ? `put names above the columns (${abridge(wanted.preprocessing.columns)}), or pass --header yes`
      : "take the header away, or pass --header no",
  });
}

function bindByName(where: string, { names }: TableLayout, { preprocessing, labels }: WantedColumns): BoundColumns {
  const find = nameFinder(names);
  const wanted = new Set([...preprocessing.columns, ...labels]);
  const at = (name: string): number | undefined => {
    const column = find(name);
    // A column whose exact name is wanted too must not match this name by ignoring case.
    return column === undefined || (names[column] !== name && wanted.has(names[column])) ? undefined : column;
  };
  const missing = preprocessing.columns.filter((name) => at(name) === undefined);
  if (missing.length > 0) {
    throw new InputError({
      where,
      expected: `the columns that were trained on (${abridge(preprocessing.columns)})`,
      found: `${abridge(names)}: ${missing.length === 1 ? "there is no" : "missing are"} ${abridge(missing)}`,
      remedy: "add or rename columns; their order does not matter",
    });
  }
  const places = preprocessing.columns.map((name) => at(name)!);
  const ofLabels = labels.flatMap((name) => at(name) ?? []);
  const respelled = [...wanted].flatMap((name) => {
    const column = at(name);
    return column === undefined || names[column] === name ? [] : [`${excerpt(names[column])} for ${excerpt(name)}`];
  });
  return {
    places,
    labels: allOf(ofLabels, labels),
    others: otherColumns(names, places, ofLabels),
    remarks: remarkOnCapitals(respelled),
  };
}

function remarkOnCapitals(pairs: readonly string[]): readonly string[] {
  const some = pairs.length <= 8 ? pairs : [...pairs.slice(0, 6), `... (${pairs.length} of them)`];
  return pairs.length === 0 ? [] : [`names are matched whatever their capitals: ${some.join(", ")}`];
}

/** Returns the found columns if all labels were found and there is at least one. */
function allOf(found: readonly number[], labels: readonly string[]): readonly number[] | undefined {
  return labels.length > 0 && found.length === labels.length ? found : undefined;
}

/** A table without names must have all columns of the training table, or all but the labels. */
function bindByPosition(where: string, { names }: TableLayout, { preprocessing, labels }: WantedColumns): BoundColumns {
  const positions = preprocessing.columns.map(Number);
  const ofLabels = labels.map(Number);
  const all = Math.max(...ofLabels, ...positions);
  if (names.length >= all) {
    const places = positions.map((position) => position - 1);
    const columns = ofLabels.map((position) => position - 1);
    return { places, labels: allOf(columns, labels), others: otherColumns(names, places, columns), remarks: [] };
  }
  if (labels.length > 0 && names.length === all - labels.length) {
    const before = (position: number): number => ofLabels.filter((label) => label < position).length;
    const places = positions.map((position) => position - 1 - before(position));
    return { places, labels: undefined, others: otherColumns(names, places, []), remarks: [] };
  }
  throw new InputError({
    where,
    expected: `${all} columns as in training${labels.length > 0 ? `, or ${all - labels.length} without the label` : ""}`,
    found: String(names.length),
    remedy: "pass a table laid out like the one that was trained on",
  });
}

/** @throws InputError if two columns have the name of a label and neither is a feature of the model */
export function requireOneLabel(where: string, { originalNames, hasHeader }: TableLayout, bound: BoundColumns): void {
  if (bound.labels === undefined || !hasHeader) return;
  const features = new Set(bound.places);
  for (const label of bound.labels) {
    const name = originalNames[label];
    const same = originalNames.flatMap((other, column) => (other === name && !features.has(column) ? [column] : []));
    if (same.length > 1) throw severalOfThatName(where, name, same);
  }
}

function otherColumns(names: readonly string[], places: readonly number[], labels: readonly number[]): number[] {
  const taken = new Set([...places, ...labels]);
  return names.flatMap((_, column) => (taken.has(column) ? [] : [column]));
}
