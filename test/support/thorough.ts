/**
 * Whether to run all of many similar cases: SCRATCH_NN_THOROUGH=1 runs all, else the suite runs some. The choice
 * depends on their order rather than on chance, so that failures are reproducible.
 */
export const isThorough = process.env["SCRATCH_NN_THOROUGH"] === "1";

/** Every n-th of the items, or all if the suite is thorough. */
export function everyNth<Item>(n: number, items: readonly Item[]): Item[] {
  return isThorough ? [...items] : items.filter((_, i) => i % n === 0);
}
