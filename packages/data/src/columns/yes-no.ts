/** Recognises columns of yes and no. */
import { levelOf } from "@scratch-nn/core/engine";
import { type ColumnValues, countLevels } from "./column-values.ts";

const MEANINGS: ReadonlyMap<string, 0 | 1> = new Map([
  ...["1", "true", "t", "yes", "y"].map((word) => [word, 1] as const),
  ...["0", "-1", "false", "f", "no", "n"].map((word) => [word, 0] as const),
]);

/** The accepted words, for errors. */
export const YES_OR_NO = "yes or no (1 or 0, true or false, y or n)";

/** @returns 1 for yes, 0 for no, undefined for anything else */
export function yesNoOf(value: number | string): 0 | 1 | undefined {
  return MEANINGS.get(typeof value === "number" ? levelOf(value) : value.toLowerCase());
}

/** Whether all cells that are not missing say yes or no. */
export function isYesNo(values: ColumnValues): boolean {
  const levels = [...countLevels(values).keys()];
  return !values.hasMoreWords && levels.length > 0 && levels.every((level) => yesNoOf(level) !== undefined);
}
