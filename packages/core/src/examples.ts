/** Examples: an m-column matrix with a class for each column, and the columns of it that count. */
import { InputError, requirePositive } from "./errors.ts";

export interface Examples {
  /**
   * [inputs, m]: one column per example, column after column. Bytes are pixels from 0 to 255.
   * Any memory will do; in a SharedArrayBuffer, worker threads read it without a copy.
   */
  readonly X: Uint8Array | Float32Array;
  /** The class of each column, from 0 to classes - 1: [m]. */
  readonly labels: Uint16Array | Uint8Array | readonly number[];
  /** The columns to use, in their order: a training or a test part. Default: all of them. */
  readonly columns?: Uint32Array;
  /** What each feature is multiplied by on its way in, above 0. Default: 1/255 for bytes, 1 for floats. */
  readonly scale?: number;
}

/** {@link Examples} that were checked against a network's shape, with nothing left to default. */
export interface CheckedExamples {
  readonly X: Uint8Array | Float32Array;
  /** Labels of all columns of X. */
  readonly labels: Uint16Array;
  /** The columns to use, in their order. */
  readonly columns: Uint32Array;
  /** An f32. */
  readonly scale: number;
}

/**
 * Checks examples against a network's inputs and classes.
 * @throws InputError when X is not a whole number of columns, a label is missing or no class of
 *   the network, a feature is not finite, a column is outside X, there is no column, or the scale is not above 0
 */
export function checkExamples(examples: Examples, inputs: number, classes: number): CheckedExamples {
  const { X } = examples;
  const m = X.length / inputs;
  if (!Number.isInteger(m) || m === 0) {
    throw new InputError({
      where: "X",
      expected: `one or more columns of ${inputs} features`,
      found: `${X.length} numbers`,
      remedy: "pass [inputs, m], column after column, with the network's inputs",
    });
  }
  checkFinite(X, inputs);
  return {
    X,
    labels: checkLabels(examples.labels, m, classes),
    columns: checkColumns(examples.columns, m),
    scale: inputScale(examples),
  };
}

/**
 * What X is multiplied by, as an f32.
 * @throws InputError when it is not above 0
 */
export function inputScale(examples: Pick<Examples, "X" | "scale">): number {
  const { X, scale = X instanceof Uint8Array ? 1 / 255 : 1 } = examples;
  return Math.fround(requirePositive("scale", scale, 1));
}

function checkFinite(X: Uint8Array | Float32Array, inputs: number): void {
  if (X instanceof Uint8Array) return;
  const bad = X.findIndex((x) => !Number.isFinite(x));
  if (bad < 0) return;
  throw new InputError({
    where: `X, column ${Math.floor(bad / inputs)}, feature ${bad % inputs}`,
    expected: "a finite number",
    found: String(X[bad]),
    remedy: "repair or leave out that example",
  });
}

function checkLabels(labels: Examples["labels"], m: number, classes: number): Uint16Array {
  if (labels.length !== m) {
    throw new InputError({
      where: "labels",
      expected: `${m}, one for each column of X`,
      found: String(labels.length),
      remedy: "pass as many labels as columns",
    });
  }
  for (let c = 0; c < m; c++) {
    const label = labels[c];
    if (Number.isInteger(label) && label >= 0 && label < classes) continue;
    throw new InputError({
      where: `labels[${c}]`,
      expected: `a class from 0 to ${classes - 1}`,
      found: String(label),
      remedy: "number the classes from 0, or make the network's last layer larger",
    });
  }
  return labels instanceof Uint16Array ? labels : Uint16Array.from(labels);
}

function checkColumns(columns: Uint32Array | undefined, m: number): Uint32Array {
  if (columns === undefined) return Uint32Array.from({ length: m }, (_, c) => c);
  const bad = columns.findIndex((c) => c >= m);
  if (bad < 0 && columns.length > 0) return columns;
  throw new InputError({
    where: columns.length === 0 ? "columns" : `columns[${bad}]`,
    expected: columns.length === 0 ? "at least one column" : `a column of X, from 0 to ${m - 1}`,
    found: columns.length === 0 ? "none" : String(columns[bad]),
    remedy: "name columns that X has",
  });
}
