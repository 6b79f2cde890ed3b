/** Formats a column for messages: its name in quotes, or its position if there is no header. */
import { excerpt } from "@scratch-nn/core/engine";
import type { TableLayout } from "../csv/table-layout.ts";

export function columnName({ names, hasHeader }: Pick<TableLayout, "names" | "hasHeader">, column: number): string {
  return hasHeader ? excerpt(names[column]) : names[column];
}
