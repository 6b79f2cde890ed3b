/** How raw columns become a network's inputs: plain data, kept with a model. */
import type { DateOrder } from "./dates.ts";

/**
 * One encoder. `column` is the index of its column, or of the first of its columns.
 *
 * Where `marksMissing`, there is one input more: 1 where the cell is missing, else 0.
 */
export type ColumnEncoder =
  /**
   * `count` neighbouring columns of pixels, each x * factor, an input a column; missing is 0. As the only encoder it
   * leaves x as it is, and `factor` is Examples.scale.
   */
  | { readonly kind: "pixels"; readonly column: number; readonly count: number; readonly factor: number }
  /**
   * z = (x - center) / spread in f64, then, if `clips`, z / sqrt(1 + (z / 3)^2), which stays within -3 and 3; where x is
   * missing, `fill` goes in for it.
   */
  | {
      readonly kind: "number";
      readonly column: number;
      readonly center: number;
      readonly spread: number;
      readonly clips: boolean;
      readonly fill: number;
      readonly marksMissing: boolean;
    }
  /** The same of parseDate(text, order). */
  | {
      readonly kind: "date";
      readonly column: number;
      readonly order: DateOrder;
      readonly center: number;
      readonly spread: number;
      readonly clips: boolean;
      readonly fill: number;
      readonly marksMissing: boolean;
    }
  /** -1 for levels[0], +1 for levels[1], 0 for anything else or nothing. */
  | {
      readonly kind: "binary";
      readonly column: number;
      readonly levels: readonly [string, string];
      readonly marksMissing: boolean;
    }
  /**
   * One-hot: an input for each level, then one for missing if `missing`, then, if `other`, one for rare and unseen levels,
   * and for missing if there is no input of its own for that. Without `other`, whose weights nothing would have trained,
   * these are zeros.
   */
  | {
      readonly kind: "category";
      readonly column: number;
      readonly levels: readonly string[];
      readonly missing: boolean;
      readonly other: boolean;
    };

/** How raw columns become a network's inputs, in the order of the encoders. */
export interface Preprocessing {
  /** Names of the raw columns that encoders refer to by index; unique; without a header their positions from 1 as text. */
  readonly columns: readonly string[];
  /** Whether `columns` are names from a header, not positions. */
  readonly named: boolean;
  readonly encoders: readonly ColumnEncoder[];
}

/** Number of inputs of one encoder. */
export function inputsOf(encoder: ColumnEncoder): number {
  switch (encoder.kind) {
    case "pixels":
      return encoder.count;
    case "number":
    case "date":
    case "binary":
      return encoder.marksMissing ? 2 : 1;
    case "category":
      return encoder.levels.length + (encoder.missing ? 1 : 0) + (encoder.other ? 1 : 0);
  }
}
