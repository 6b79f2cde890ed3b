/** Metrics of predictions: by class, of quantities, and of ranked scores. */
import type { ConfusionMatrix } from "./confusion-matrix.ts";

export interface ClassMetrics {
  /** Examples of the class. */
  readonly support: number;
  /** The fraction of the examples predicted as this class that are of it; NaN where none was predicted. */
  readonly precision: number;
  /** The fraction of the examples of this class that were predicted as it; NaN where there are none. */
  readonly recall: number;
  /**
   * 2 precision recall / (precision + recall), computed from counts: 0 where no prediction was correct, NaN where there
   * is neither an example nor a prediction of the class.
   */
  readonly f1: number;
}

/** Precision, recall and F1 of each class. */
export function classMetrics(confusion: ConfusionMatrix): ClassMetrics[] {
  const { classes } = confusion;
  const [supports, predictions] = [new Float64Array(classes), new Float64Array(classes)];
  for (const { label, predicted, count } of confusion.cells()) {
    supports[label] += count;
    predictions[predicted] += count;
  }
  return Array.from(supports, (support, k) => {
    const right = confusion.count(k, k);
    return {
      support,
      precision: right / predictions[k],
      recall: right / support,
      f1: (2 * right) / (support + predictions[k]),
    };
  });
}

/** The errors of the predictions of a quantity. */
export interface QuantityErrors {
  /** Root of the mean squared error, in the quantity's units. */
  readonly rmse: number;
  /** Mean absolute error, likewise. */
  readonly mae: number;
  /**
   * 1 - the sum of squared errors over that of the values' squared distances to their mean. It is 1 at best, 0 for
   * predicting the mean, below 0 for worse; NaN where all values are equal.
   */
  readonly r2: number;
}

/**
 * Computes the errors from their sums.
 * @param values of the quantity: [m]
 * @param squares the sum of the squared errors, in the same units
 * @param distances the sum of the absolute errors
 */
export function quantityErrors(values: Float64Array, squares: number, distances: number): QuantityErrors {
  const m = values.length;
  let sum = 0;
  for (const value of values) sum += value;
  let total = 0;
  for (const value of values) total += (value - sum / m) ** 2;
  return { rmse: Math.sqrt(squares / m), mae: distances / m, r2: total > 0 ? 1 - squares / total : Number.NaN };
}

/** Converts errors of a standardised quantity to its own units. @param spread the standard deviation of training */
export function inUnitsOf(spread: number, { rmse, mae, r2 }: QuantityErrors): QuantityErrors {
  return { rmse: spread * rmse, mae: spread * mae, r2 };
}

/**
 * Computes the area under the ROC curve of two classes: the probability that a random example of class 1 has a higher
 * score than a random one of class 0, with ties counted half (the statistic of Mann and Whitney, 1947, over the product
 * of the sizes).
 * @param scores the probability of class 1, or any increasing function of it: [m]
 * @param labels 0 or 1: [m]
 * @returns from 0 to 1; NaN where a class has no example
 */
export function rocAuc(scores: Float32Array, labels: ArrayLike<number>): number {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b]);
  let ones = 0;
  let rankSum = 0;
  for (let from = 0; from < order.length; ) {
    let to = from;
    let onesHere = 0;
    for (; to < order.length && scores[order[to]] === scores[order[from]]; to++)
      onesHere += labels[order[to]] === 1 ? 1 : 0;
    // Equal scores get the mean of their ranks, which start at 1.
    rankSum += onesHere * ((from + 1 + to) / 2);
    ones += onesHere;
    from = to;
  }
  const zeros = order.length - ones;
  return (rankSum - (ones * (ones + 1)) / 2) / (ones * zeros);
}
