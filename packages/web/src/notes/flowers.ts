/**
 * Thirty of Fisher's irises, ten of each kind: the length and the width of a petal in centimetres.
 *
 * R. A. Fisher, "The use of multiple measurements in taxonomic problems", 1936: the first ten of each kind.
 */

export const KINDS = ["setosa", "versicolor", "virginica"] as const;
export const PETAL = ["petal length", "petal width"] as const;

/** [2, 30], column by column: ten columns of each kind, kind by kind. */
export const PETALS: readonly number[] = [
  [1.4, 0.2, 1.4, 0.2, 1.3, 0.2, 1.5, 0.2, 1.4, 0.2, 1.7, 0.4, 1.4, 0.3, 1.5, 0.2, 1.4, 0.2, 1.5, 0.1],
  [4.7, 1.4, 4.5, 1.5, 4.9, 1.5, 4.0, 1.3, 4.6, 1.5, 4.5, 1.3, 4.7, 1.6, 3.3, 1.0, 4.6, 1.3, 3.9, 1.4],
  [6.0, 2.5, 5.1, 1.9, 5.9, 2.1, 5.6, 1.8, 5.8, 2.2, 6.6, 2.1, 4.5, 1.7, 6.3, 1.8, 5.8, 1.8, 6.1, 2.5],
].flat();

export const FLOWERS = PETALS.length / PETAL.length;

/** The kind of a flower, as an index of KINDS. */
export const kindOf = (flower: number): number => Math.floor(flower / (FLOWERS / KINDS.length));
