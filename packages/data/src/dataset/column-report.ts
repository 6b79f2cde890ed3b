/** What a column of a table was found to be, as the plan says it. */

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

/** A line of the plan about a column. */
export interface ColumnReport {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly detail: string;
}
