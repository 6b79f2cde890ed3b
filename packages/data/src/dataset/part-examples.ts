/** Selects a part of a dataset as the examples of a training or an evaluation. */
import { type Examples, type Preprocessing, rowEncoder } from "@scratch-nn/core";

/** What a network reads of a dataset. */
export interface DatasetColumns {
  /** The features, [inputs, m], column by column. */
  readonly X: Uint8Array | Float32Array;
  /** The class of each column, [m]; not read where there are targets. */
  readonly labels: Uint16Array;
  /** The target outputs, [outputs, m]. */
  readonly targets?: Float32Array | undefined;
  readonly preprocessing: Preprocessing;
}

/** @param columns the part's columns of X, in order */
export function partExamples(dataset: DatasetColumns, columns: Uint32Array): Examples {
  const { X, labels, targets, preprocessing } = dataset;
  const features = { X, columns, scale: rowEncoder(preprocessing).scale };
  return targets === undefined ? { ...features, labels } : { ...features, targets };
}
