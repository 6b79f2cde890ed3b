/** Numbers out of the cells of a CSV file. */

/**
 * The number that a cell holds: decimal, with or without a fraction and an exponent, blanks around it.
 * @returns undefined for anything else: empty, words, NaN, infinities, hexadecimal, out of f32's range
 */
export function parseNumber(cell: string): number | undefined {
  if (cell === "0") return 0;
  const value = Number(cell);
  if (!Number.isFinite(Math.fround(value))) return undefined;
  // Number() takes blanks for 0, and 0x1F for 31.
  if (value === 0 && cell.trim() === "") return undefined;
  if (cell.length > 2 && /^\s*[+-]?0[xob]/i.test(cell)) return undefined;
  return value;
}
