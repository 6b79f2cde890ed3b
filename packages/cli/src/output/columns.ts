/** Formats a table of several columns as lines of text. */
import type { Colors } from "./report.ts";

const GAP = "  ";

/** Puts the head first; each column is as wide as its widest cell, and no line has trailing spaces. */
export function columns(head: readonly string[], rows: readonly (readonly string[])[], colors: Colors): string[] {
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i].length)));
  const lineOf = (row: readonly string[]): string =>
    row
      .map((cell, i) => cell.padEnd(widths[i]))
      .join(GAP)
      .trimEnd();
  return [colors.dim(lineOf(head)), ...rows.map(lineOf)];
}
