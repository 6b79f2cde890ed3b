/** The encoders that convert raw columns to a network's inputs: plain data, stored with a model. */
import type { DateOrder } from "./dates.ts";

/**
 * One encoder. `column` is the index of its column, or of the first of its columns.
 *
 * With `marksMissing`, it has one more input: 1 where the cell is missing, else 0.
 */
export type ColumnEncoder =
  /**
   * `count` adjacent columns of pixels, each x * factor, one input per column; a missing value gives 0. As the only
   * encoder it leaves x unchanged, and `factor` is Examples.scale.
   */
  | { readonly kind: "pixels"; readonly column: number; readonly count: number; readonly factor: number }
  /**
   * z = (x - center) / spread in f64, then, if `clips`, z / sqrt(1 + (z / 3)^2), which stays within -3 and 3. `fill`
   * replaces a missing x.
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
  /** The same for parseDate(text, order). */
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
   * A second encoding of a number, by its position among `knots` b[0] < b[1] < .... There is one input for each
   * interval t. It is -1 where x is at or below b[t-1] and 1 where x is at or above b[t], and linear in between. `fill`
   * replaces a missing x. Another encoder of the same column gives the number itself and its mark for missing values.
   *
   * The piecewise linear encoding of Gorishniy, Rubachev and Babenko, "On embeddings for numerical features in tabular
   * deep learning", 2022, section 3.2, from -1 to 1 instead of 0 to 1.
   */
  | { readonly kind: "bins"; readonly column: number; readonly knots: readonly number[]; readonly fill: number }
  /** -1 for levels[0], +1 for levels[1], 0 for any other or missing value. */
  | {
      readonly kind: "binary";
      readonly column: number;
      readonly levels: readonly [string, string];
      readonly marksMissing: boolean;
    }
  /**
   * One-hot: one input for each level, then one for missing values if `missing`, then, if `other`, one for rare and
   * unseen levels. Without `missing`, the input of `other` also covers missing values. Without `other`, these values
   * give zeros only, since no training example would have trained the weights of such an input.
   */
  | {
      readonly kind: "category";
      readonly column: number;
      readonly levels: readonly string[];
      readonly missing: boolean;
      readonly other: boolean;
    };

/** The conversion of raw columns to a network's inputs, in the order of the encoders. */
export interface Preprocessing {
  /**
   * The names of the raw columns, which encoders refer to by index; distinct. Without a header they are the positions
   * from 1 as text.
   */
  readonly columns: readonly string[];
  /** Whether `columns` are names from a header, not positions. */
  readonly named: boolean;
  readonly encoders: readonly ColumnEncoder[];
}

/** The number of inputs of one encoder. */
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

/**
 * The number of inputs other than bins. The data package puts bins after all others, so these are then the first
 * inputs.
 */
export function inputsBesidesBins({ encoders }: Preprocessing): number {
  return encoders.reduce((sum, encoder) => sum + (encoder.kind === "bins" ? 0 : inputsOf(encoder)), 0);
}
