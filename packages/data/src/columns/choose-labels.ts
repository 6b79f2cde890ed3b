/** Which columns are the labels: the one that is found, or those that the user names. */
import { InputError } from "@scratch-nn/core";
import { excerpt } from "@scratch-nn/core/engine";
import type { TableLayout } from "../csv/table-layout.ts";
import { chooseLabel, type LabelChoice } from "./choose-label.ts";
import type { TableRows } from "./column-values.ts";

export interface LabelsChoice extends Pick<LabelChoice, "reason" | "trust"> {
  /** In the order in which the user names them. */
  readonly columns: readonly number[];
}

/**
 * @param wanted as for {@link chooseLabel}, or several, each by itself or comma-separated: what is a column's whole name
 *   is that column, commas or not
 * @throws InputError naming --label, when there is no such column, two of that name, one is named twice, or none can be told
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
