/** What all ranks must have alike, and what is said where one has not. */
import type { InputFault } from "@scratch-nn/core";

/** By name, as text; that it differs is told with the name. */
export type Alike = Readonly<Record<string, string>>;

export const BYTE_ORDERS = ["LE", "BE"] as const;

/**
 * @param said by each rank; undefined where it cannot be read, as from another version
 * @returns what is wrong with the first that differs from rank 0
 */
export function otherThanFirst(said: readonly (Alike | undefined)[]): InputFault | undefined {
  const [first = {}, ...others] = said;
  for (const [i, other = {}] of others.entries()) {
    const name = [...Object.keys(first), ...Object.keys(other)].find((each) => first[each] !== other[each]);
    if (name === undefined) continue;
    return {
      where: `rank ${i + 1}`,
      expected: `the same ${name} as on rank 0, ${first[name] ?? "none"}`,
      found: other[name] ?? "another",
      remedy: "start all processes of a run alike, and install the same on all machines",
    };
  }
  return undefined;
}

/** Numbers are sent as they lie in memory. @param orders of each rank */
export function otherByteOrder(orders: readonly (string | undefined)[]): InputFault | undefined {
  const other = orders.findIndex((order) => order !== orders[0]);
  if (other < 0) return undefined;
  return {
    where: `rank ${other}`,
    expected: `the byte order of rank 0, ${orders[0]}`,
    found: orders[other] ?? "none",
    remedy: "start all processes of a run on machines of one byte order",
  };
}
