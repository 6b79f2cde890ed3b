/** Refuses flags about tables if the data are not a table. */
import { InputError } from "@scratch-nn/core";
import type { TableOptions } from "../csv/table-layout.ts";
import type { TaskName } from "./choose-task.ts";
import type { ColumnWishes } from "./fit-encoders.ts";

/** The options that apply only to tables; undefined if not given. */
export interface TableWishes extends Pick<TableOptions, "delimiter" | "encoding" | "header">, ColumnWishes {
  readonly label?: string | readonly string[] | undefined;
  readonly task?: TaskName | undefined;
  readonly clamp?: boolean | undefined;
  readonly id?: string | undefined;
}

const FLAGS = [
  "label",
  "task",
  "clamp",
  "id",
  "delimiter",
  "encoding",
  "header",
  "scale",
  "drop",
  "categorical",
  "numeric",
] as const;

/**
 * @param what a description of the data
 * @throws InputError that names the first flag that applies only to tables
 */
export function requireNoTableWishes(what: string, wishes: TableWishes): void {
  const given = FLAGS.find((flag) => wishes[flag] !== undefined && !(flag === "scale" && wishes.scale === "auto"));
  if (given === undefined) return;
  throw new InputError({
    where: `--${given}`,
    expected: "data that are a table",
    found: what,
    remedy: "leave the flag out, or check --data",
  });
}
