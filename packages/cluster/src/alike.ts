/** Compares the properties that all ranks must have in common, and describes the first difference. */
import type { InputFault } from "@scratch-nn/core";

/** Properties as text, by name; an error about a difference contains the name. */
export type Alike = Readonly<Record<string, string>>;

export const BYTE_ORDERS = ["LE", "BE"] as const;

/**
 * @param said the properties of each rank; undefined if they cannot be decoded, for example from another version
 * @returns the fault of the first rank that differs from rank 0
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

/** Compares the ranks' byte orders, since numbers are sent as they are in memory. @param orders of each rank */
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
