/** Names of columns, looked up as people write them. */

/**
 * @returns what finds the column of a name; where there is none, the only one that differs from it in capitals alone
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
