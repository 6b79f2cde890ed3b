/** Finds the columns of a table and their names from its first rows. */
import { excerpt } from "@scratch-nn/core/engine";
import { findHeader, uniqueNames } from "./header.ts";
import type { ScannedSample } from "./sample.ts";
import type { Delimiter, TableLayout } from "./table-layout.ts";

export interface NamedColumns {
  readonly columns: Pick<TableLayout, "names" | "originalNames" | "hasHeader" | "trailing">;
  /** Whether the first row is the header. */
  readonly skipsFirst: boolean;
  readonly remarks: readonly string[];
}

/** What decides the names besides the rows. */
export interface Naming {
  /** The names in a comment above the first row. */
  readonly comment: readonly string[] | undefined;
  /** Whether the first row is a header, if the user says so. */
  readonly wanted: boolean | undefined;
  /** Whether the first row begins with # outside quotes: in #id,a,b it is not part of the name. */
  readonly hashed: boolean;
}

/**
 * Names the columns.
 * @param rows the cells of the first rows, one or more
 */
export function nameColumns(
  rows: readonly (readonly string[])[],
  { cells, rules }: Pick<ScannedSample, "cells" | "rules">,
  { comment, wanted, hashed }: Naming,
): NamedColumns {
  if (comment !== undefined) {
    const remark = "the comment above the first row names the columns";
    return { columns: withHeader(comment, false), skipsFirst: false, remarks: [remark, ...doubledRemark(comment)] };
  }
  const [first, ...below] = rows;
  const found = wanted === undefined ? findHeader(first, below, rules.delimiter) : { isHeader: wanted };
  const remarks = found.remark === undefined ? [] : [found.remark];
  if (!found.isHeader) {
    const trailing = rows.length > 1 && endEmpty(rows, first.length);
    const names = positions(trailing ? first.length - 1 : first.length);
    const columns = { names, originalNames: names, hasHeader: false, trailing };
    return { columns, skipsFirst: false, remarks: [...remarks, ...trailingRemark(trailing, rows)] };
  }
  const names = hashed ? [first[0].replace(/^#+\s*(?=\S)/, ""), ...first.slice(1)] : first;
  const header = fitHeader(names, below, cells, rules.delimiter);
  return {
    columns: withHeader(header.names, header.trailing),
    skipsFirst: true,
    remarks: [...remarks, ...header.remarks, ...trailingRemark(header.trailing, below), ...doubledRemark(header.names)],
  };
}

interface FittedHeader {
  readonly names: readonly string[];
  readonly trailing: boolean;
  readonly remarks: readonly string[];
}

/** Matches the header with the rows below it, which may have a trailing delimiter or row names that it lacks. */
function fitHeader(
  first: readonly string[],
  below: readonly (readonly string[])[],
  cells: number,
  delimiter: Delimiter,
): FittedHeader {
  if (first.length === cells && first.at(-1) === "" && endEmpty(below, cells)) {
    return { names: first.slice(0, -1), trailing: true, remarks: [] };
  }
  if (endEmpty(below, first.length + 1)) return { names: first, trailing: true, remarks: [] };
  const longer = below.length > 1 && first.length > 1 && below.every((row) => row.length === first.length + 1);
  // A title of one word may be above a header of two.
  if (!longer || findHeader(below[0], below.slice(1), delimiter).isHeader)
    return { names: first, trailing: false, remarks: [] };
  const remark = "rows have one cell more than the header: the first column, without a name, is taken for row names";
  return { names: ["", ...first], trailing: false, remarks: [remark] };
}

/** Whether rows have `cells` cells (at least 2), of which the last is empty; some rows may lack the last. */
function endEmpty(rows: readonly (readonly string[])[], cells: number): boolean {
  const full = rows.filter((row) => row.length !== cells - 1);
  return cells > 1 && full.length > 0 && full.every((row) => row.length === cells && row[cells - 1] === "");
}

function withHeader(names: readonly string[], trailing: boolean): NamedColumns["columns"] {
  return { names: uniqueNames(names), originalNames: names, hasHeader: true, trailing };
}

/** The names of columns without a header: their positions from 1. */
function positions(count: number): readonly string[] {
  return Array.from({ length: count }, (_, column) => String(column + 1));
}

/** @param rows the cells of the first rows; some may lack the empty last cell */
function trailingRemark(trailing: boolean, rows: readonly (readonly string[])[]): readonly string[] {
  if (!trailing) return [];
  const isEvery = rows.every((row) => row.length === rows[0].length);
  return [`${isEvery ? "every row ends" : "some rows end"} with a delimiter: the empty column behind it is left out`];
}

function doubledRemark(names: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  const doubled = names.find((name) => name !== "" && (seen.has(name) || !seen.add(name)));
  return doubled === undefined ? [] : [`columns of one name are told apart by numbers: ${excerpt(`${doubled}.1`)}`];
}
