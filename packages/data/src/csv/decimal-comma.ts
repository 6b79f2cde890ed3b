import { parseNumber } from "@scratch-nn/core";

/** A number whose decimal point is a comma; undefined for anything else. */
export function parseDecimalComma(text: string): number | undefined {
  const comma = text.indexOf(",");
  if (comma < 0 || text.includes(".") || text.includes(",", comma + 1)) return undefined;
  return parseNumber(text.replace(",", "."));
}
