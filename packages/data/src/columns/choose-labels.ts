/** Chooses the label columns of a table: those that the user names, or the one that chooseLabel finds. */
import { InputError } from "@scratch-nn/core";
import { excerpt } from "@scratch-nn/core/engine";
import type { TableLayout } from "../csv/table-layout.ts";
import { chooseLabel, type LabelChoice } from "./choose-label.ts";
import type { TableRows } from "./column-values.ts";

export interface LabelsChoice extends Pick<LabelChoice, "reason" | "trust"> {
  /** The columns in the order in which the user names them. */
  readonly columns: readonly number[];
}

/**
 * Chooses the label columns.
 * @param wanted as for {@link chooseLabel}; several as a list, or comma-separated. A text that is the whole name of a
 *   column means that column, even if it contains commas
 * @throws InputError that names --label if there is no such column, if two have that name, if one is named twice, or if
 *   no rule decides
 */
export function chooseLabels(
  where: string,
  layout: TableLayout,
  table: TableRows,
  wanted?: string | readonly string[],
): LabelsChoice {
  const given = wanted === undefined ? [undefined] : typeof wanted === "string" ? [wanted] : wanted;
  const names = given.flatMap((name) => (name === undefined || isName(name, layout) ? [name] : partsOf(name)));
  const choices = names.map((name) => chooseLabel(where, layout, table, name));
  const columns = choices.map(({ column }) => column);
  const doubled = columns.findIndex((column, i) => columns.indexOf(column) < i);
  if (doubled >= 0) {
    throw new InputError({
      where: "--label",
      expected: "each column once",
      found: `${excerpt(layout.names[columns[doubled]])} twice`,
      remedy: "leave one of them out",
    });
  }
  return { ...choices[0], columns };
}

function isName(name: string, { originalNames, hasHeader }: TableLayout): boolean {
  return !name.includes(",") || (hasHeader && originalNames.includes(name));
}

function partsOf(text: string): string[] {
  const parts = text.split(",").map((part) => part.trim());
  if (!parts.includes("")) return parts;
  throw new InputError({
    where: "--label",
    expected: "names of columns, comma-separated",
    found: excerpt(text),
    remedy: "pass for example --label price,rent",
  });
}
