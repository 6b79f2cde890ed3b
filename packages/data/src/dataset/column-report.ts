/** The kinds of table columns, and a report line about one column. */

export type ColumnKind =
  | "number"
  | "yes/no"
  | "category"
  | "date"
  | "constant"
  | "identifier"
  | "text"
  | "empty"
  | "dropped"
  | "pixels"
  | "label";

/** What the reader decided about one column; a plan prints one line a column. */
export interface ColumnReport {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly detail: string;
}
