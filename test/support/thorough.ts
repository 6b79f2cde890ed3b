/**
 * Where many cases are alike, the suite takes some of them; SCRATCH_NN_THOROUGH=1 takes all. A part that depends on how
 * they are listed, not on chance: what fails once fails again.
 */
export const isThorough = process.env["SCRATCH_NN_THOROUGH"] === "1";

/** Every n-th of them. */
export function everyNth<Item>(n: number, items: readonly Item[]): Item[] {
  return isThorough ? [...items] : items.filter((_, i) => i % n === 0);
}
