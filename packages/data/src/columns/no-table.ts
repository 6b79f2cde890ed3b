/** Flags that say something of a table, where the data are none. */
import { InputError } from "@scratch-nn/core";
import type { TableOptions } from "../csv/table-layout.ts";
import type { TaskName } from "./choose-task.ts";
import type { ColumnWishes } from "./fit-encoders.ts";

/** What may be said of a table; undefined where nothing is. */
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
 * @param what the data are
 * @throws InputError naming the first flag that only a table has a use for
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
