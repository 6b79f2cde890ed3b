/** Recognises tables whose rows are one cell only because their delimiter or their quotes are not supported. */
import { InputError } from "@scratch-nn/core";
import { excerpt } from "@scratch-nn/core/engine";

/** Delimiters of other programs, which are not supported here. */
const OTHER_DELIMITERS = [
  ":",
  "^",
  "~",
  "¦",
  "\uff0c",
  "\uff1b",
  "\uff5c",
  "\u3001",
  "\x01",
  "\x1c",
  "\x1d",
  "\x1e",
  "\x1f",
];

/** In a table of one column, cells that hold these are quoted. */
const SUPPORTED = [",", ";", "\t", "|"];

/** A time of day or a ratio, such as 10:30, which is one cell. */
const TIME = /^\d+(:\d+){1,2}([.,]\d+)?$/;

/**
 * Refuses rows of one cell each that hold the same number of other delimiters, or that are quoted as a whole.
 * @param line the line of the first row
 * @param cells the cell of each row, two or more
 * @throws InputError with the advice for that format
 */
export function requireOneColumn(where: string, line: number, cells: readonly string[]): void {
  const quoted = SUPPORTED.find((sign) => isInAll(cells, sign));
  if (quoted !== undefined) {
    throw new InputError({
      where: `${where}:${line}`,
      expected: "quotes around cells",
      found: `quotes around whole lines, such as ${excerpt(cells[0])}`,
      remedy: "delete the quotes at the start and the end of each line",
    });
  }
  const other = OTHER_DELIMITERS.find((sign) => isInAll(cells, sign));
  if (other === undefined || cells.every((cell) => TIME.test(cell))) return;
  throw new InputError({
    where: `${where}:${line}`,
    expected: "cells parted by commas, semicolons, tabs, bars or blanks",
    found: `${excerpt(other)} in all rows, such as ${excerpt(cells[0])}`,
    remedy: "replace it by a comma",
  });
}

/** Whether all cells hold a sign equally often, and not once before a blank, as in "Smith, John". */
function isInAll(cells: readonly string[], sign: string): boolean {
  const often = cells[0].split(sign).length;
  if (often === 2 && cells.some((cell) => cell.includes(`${sign} `))) return false;
  return often > 1 && cells.every((cell) => cell.split(sign).length === often);
}
