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
  /**
   * A number once more, as where it stands among `knots` b[0] < b[1] < ...: an input for each interval t, from -1 where x is
   * at or below b[t-1], in a line, to 1 where it is at or above b[t]; where x is missing, `fill` goes in for it. Of another
   * encoder's column: the number itself, and its mark, are that one's.
   *
   * The piecewise linear encoding of Gorishniy, Rubachev and Babenko, "On embeddings for numerical features in tabular deep
   * learning", 2022, section 3.2, from -1 to 1 in place of 0 to 1.
   */
  | { readonly kind: "bins"; readonly column: number; readonly knots: readonly number[]; readonly fill: number }
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
    case "bins":
      return encoder.knots.length - 1;
    case "category":
      return encoder.levels.length + (encoder.missing ? 1 : 0) + (encoder.other ? 1 : 0);
  }
}

/** Number of inputs that are no bins; where bins come after all others, as the data package puts them, these are the first. */
export function inputsBesidesBins({ encoders }: Preprocessing): number {
  return encoders.reduce((sum, encoder) => sum + (encoder.kind === "bins" ? 0 : inputsOf(encoder)), 0);
}
