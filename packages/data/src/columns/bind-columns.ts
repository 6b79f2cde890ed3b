/** Where a table has the columns that encoders want: by name, or by position where there are no names. */

import { InputError, type Preprocessing } from "@scratch-nn/core";
import { excerpt } from "@scratch-nn/core/engine";
import type { TableLayout } from "../csv/table-layout.ts";
import { abridge, severalOfThatName } from "./choose-label.ts";
import { nameFinder } from "./find-name.ts";

/** What of a model, or of a training table, another table is matched with. */
export interface WantedColumns {
  readonly preprocessing: Pick<Preprocessing, "columns" | "named">;
  /** The name of the label column, or its position where there are no names. */
  readonly label: string | undefined;
}

export interface BoundColumns {
  /** The column of the table for each of preprocessing.columns. */
  readonly places: readonly number[];
  /** The label's; undefined where the table has none. */
  readonly label: number | undefined;
  /** Columns that nothing was trained on. */
  readonly others: readonly number[];
  /** Names that were found in other capitals. */
  readonly remarks: readonly string[];
}

/**
 * Matches a table's columns.
 * @throws InputError naming the columns that are missing
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

function bindByName(where: string, { names }: TableLayout, { preprocessing, label }: WantedColumns): BoundColumns {
  const find = nameFinder(names);
  const wanted = new Set([...preprocessing.columns, label]);
  const at = (name: string): number | undefined => {
    const column = find(name);
    // What has another's name in full is not this one in other capitals.
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
  const ofLabel = label === undefined ? undefined : at(label);
  const respelled = [...wanted].flatMap((name) => {
    const column = name === undefined ? undefined : at(name);
    return column === undefined || names[column] === name ? [] : [`${excerpt(names[column])} for ${excerpt(name!)}`];
  });
  return {
    places,
    label: ofLabel,
    others: otherColumns(names, places, ofLabel),
    remarks: remarkOnCapitals(respelled),
  };
}

function remarkOnCapitals(pairs: readonly string[]): readonly string[] {
  const some = pairs.length <= 8 ? pairs : [...pairs.slice(0, 6), `... (${pairs.length} of them)`];
  return pairs.length === 0 ? [] : [`names are matched whatever their capitals: ${some.join(", ")}`];
}

/** Without names, a table has all columns that training had, or all but the label. */
function bindByPosition(where: string, { names }: TableLayout, { preprocessing, label }: WantedColumns): BoundColumns {
  const positions = preprocessing.columns.map(Number);
  const ofLabel = Number(label ?? 0);
  const all = Math.max(ofLabel, ...positions);
  if (names.length >= all) {
    const places = positions.map((position) => position - 1);
    const column = ofLabel > 0 ? ofLabel - 1 : undefined;
    return { places, label: column, others: otherColumns(names, places, column), remarks: [] };
  }
  if (ofLabel > 0 && names.length === all - 1) {
    const places = positions.map((position) => (position > ofLabel ? position - 2 : position - 1));
    return { places, label: undefined, others: otherColumns(names, places, undefined), remarks: [] };
  }
  throw new InputError({
    where,
    expected: `${all} columns as in training${ofLabel > 0 ? `, or ${all - 1} without the label` : ""}`,
    found: String(names.length),
    remedy: "pass a table laid out like the one that was trained on",
  });
}

/** @throws InputError where a table has the label's name twice, and the model takes neither for a feature */
export function requireOneLabel(where: string, { originalNames, hasHeader }: TableLayout, bound: BoundColumns): void {
  if (bound.label === undefined || !hasHeader) return;
  const name = originalNames[bound.label];
  const features = new Set(bound.places);
  const same = originalNames.flatMap((other, column) => (other === name && !features.has(column) ? [column] : []));
  if (same.length > 1) throw severalOfThatName(where, name, same);
}

function otherColumns(names: readonly string[], places: readonly number[], label: number | undefined): number[] {
  const taken = new Set([...places, label]);
  return names.flatMap((_, column) => (taken.has(column) ? [] : [column]));
}
