/** Looks up columns by name. */
import { InputError } from "@scratch-nn/core";
import { excerpt } from "@scratch-nn/core/engine";
import type { TableLayout } from "../csv/table-layout.ts";

/**
 * @returns a function that finds a column by its exact name, else the only column that matches if case is ignored
 */
export function nameFinder(names: readonly string[]): (wanted: string) => number | undefined {
  const exact = new Map<string, number>();
  const alike = new Map<string, number | undefined>();
  for (const [column, name] of names.entries()) {
    if (!exact.has(name)) exact.set(name, column);
    const lower = name.toLowerCase();
    alike.set(lower, alike.has(lower) ? undefined : column);
  }
  return (wanted) => exact.get(wanted) ?? alike.get(wanted.toLowerCase());
}

/**
 * Finds a column by its unique name, by its name in the header, by its name in any case, or by position from 1, in this
 * order.
 * @throws InputError that names the flag if there is no such column
 */
export function findColumn(
  flag: string,
  where: string,
  { names, originalNames, hasHeader }: TableLayout,
  wanted: string,
  remedy: string,
): number {
  if (hasHeader) {
    const exact = [names.indexOf(wanted), originalNames.indexOf(wanted)].find((column) => column >= 0);
    const found = exact ?? nameFinder(names)(wanted);
    if (found !== undefined) return found;
  }
  const position = /^[0-9]+$/.test(wanted) ? Number(wanted) : 0;
  if (position >= 1 && position <= names.length) return position - 1;
  throw new InputError({
    where: flag,
    expected: `${hasHeader ? "the name of a column" : "a position"} of ${where}, or a number from 1 to ${names.length}`,
    found: excerpt(wanted),
    remedy,
  });
}
