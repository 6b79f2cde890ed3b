/** Where a table has the columns that encoders want: by name, or by position where there are no names. */
import { InputError, type Preprocessing } from "@scratch-nn/core";
import type { TableLayout } from "../csv/table-layout.ts";
import { abridge } from "./label.ts";

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
  const at = new Map(names.map((name, column) => [name, column]));
  const missing = preprocessing.columns.filter((name) => !at.has(name));
  if (missing.length > 0) {
    throw new InputError({
      where,
      expected: `the columns that were trained on (${abridge(preprocessing.columns)})`,
      found: `${abridge(names)}: ${missing.length === 1 ? "there is no" : "missing are"} ${abridge(missing)}`,
      remedy: "add or rename columns; their order does not matter",
    });
  }
  const places = preprocessing.columns.map((name) => at.get(name)!);
  const ofLabel = label === undefined ? undefined : at.get(label);
  return { places, label: ofLabel, others: otherColumns(names, places, ofLabel) };
}

/** Without names, a table has all columns that training had, or all but the label. */
function bindByPosition(where: string, { names }: TableLayout, { preprocessing, label }: WantedColumns): BoundColumns {
  const positions = preprocessing.columns.map(Number);
  const ofLabel = Number(label ?? 0);
  const all = Math.max(ofLabel, ...positions);
  if (names.length >= all) {
    const places = positions.map((position) => position - 1);
    const column = ofLabel > 0 ? ofLabel - 1 : undefined;
    return { places, label: column, others: otherColumns(names, places, column) };
  }
  if (ofLabel > 0 && names.length === all - 1) {
    const places = positions.map((position) => (position > ofLabel ? position - 2 : position - 1));
    return { places, label: undefined, others: otherColumns(names, places, undefined) };
  }
  throw new InputError({
    where,
    expected: `${all} columns as in training${ofLabel > 0 ? `, or ${all - 1} without the label` : ""}`,
    found: String(names.length),
    remedy: "pass a table laid out like the one that was trained on",
  });
}

function otherColumns(names: readonly string[], places: readonly number[], label: number | undefined): number[] {
  const taken = new Set([...places, label]);
  return names.flatMap((_, column) => (taken.has(column) ? [] : [column]));
}
