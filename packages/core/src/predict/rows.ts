/** Converts the rows of a program to cells. */
import { typedArrayName } from "../checks/arrays.ts";
import { InputError } from "../checks/errors.ts";
import { describeValue, excerpt } from "../checks/excerpt.ts";
import { type Cell, cellOf } from "../columns/cell.ts";
import type { ColumnEncoder, Preprocessing } from "../columns/encoders.ts";

/** A row of a table: cells in the order of the columns, or by their names. */
export type Row = ArrayLike<unknown> | Readonly<Record<string, unknown>>;

/**
 * Creates a function that returns the cells of a row, in an array that the next call overwrites.
 * The parameter `r` of that function is the row's index, for errors.
 */
export function rowReader({ columns, encoders }: Preprocessing): (row: unknown, r: number) => readonly Cell[] {
  const cells: Cell[] = new Array(columns.length).fill(undefined);
  const used = columns.map(() => false);
  const booleans = columns.map(
    () =>
      (value: boolean): Cell =>
        String(value),
  );
  for (const encoder of encoders) {
    const end = encoder.column + (encoder.kind === "pixels" ? encoder.count : 1);
    used.fill(true, encoder.column, end);
    booleans.fill(booleanCell(encoder), encoder.column, end);
  }
  const wanted = columns.map((name, column) => ({ name, column })).filter(({ column }) => used[column]);

  const read = (value: unknown, column: number, r: number): Cell => {
    if (Number.isFinite(value)) return value as number;
    if (typeof value === "boolean") return booleans[column](value);
    // The location is formatted only where an error may need it.
    return typeof value === "string" ? cellOf(value) : cellOf(value, `rows[${r}], column ${excerpt(columns[column])}`);
  };

  return (row, r) => {
    if (Array.isArray(row) || typedArrayName(row) !== undefined) {
      const list = row as ArrayLike<unknown>;
      if (list.length !== columns.length) {
        throw wrongRow(r, `${columns.length} cells, one for each column`, String(list.length));
      }
      for (const { column } of wanted) cells[column] = read(list[column], column, r);
      return cells;
    }
    if (Object.prototype.toString.call(row) !== "[object Object]") {
      throw wrongRow(r, "an array, a typed array or an object", describeValue(row));
    }
    const object = row as Record<string, unknown>;
    for (const { name, column } of wanted) {
      if (!Object.hasOwn(object, name)) throw wrongRow(r, `the column ${excerpt(name)}`, namesOf(object));
      cells[column] = read(object[name], column, r);
    }
    return cells;
  };
}

/** Converts a boolean to the level with its spelling, in upper or lower case, else to 1 or 0. */
function booleanCell(encoder: ColumnEncoder): (value: boolean) => Cell {
  const levels: readonly string[] = "levels" in encoder ? encoder.levels : [];
  const cell = (value: boolean): Cell => levels.find((level) => level.toLowerCase() === String(value)) ?? Number(value);
  const [no, yes] = [cell(false), cell(true)];
  return (value) => (value ? yes : no);
}

function wrongRow(r: number, expected: string, found: string): InputError {
  const remedy = "pass the raw columns that the network was trained on, undefined where a cell is missing";
  return new InputError({ where: `rows[${r}]`, expected, found, remedy });
}

function namesOf(object: object): string {
  const names = Object.keys(object);
  const few = names.slice(0, 5).map((name) => excerpt(name));
  return names.length === 0 ? "none" : `only ${few.join(", ")}${names.length > few.length ? ", ..." : ""}`;
}
