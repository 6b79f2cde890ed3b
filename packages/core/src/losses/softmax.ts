/**
 * The output layer of softmax with label smoothing and class weights. Plain cross-entropy is the notes' case, in
 * passes/.
 */

import type { KernelLayout } from "../kernels/kernels.ts";
import { type ColumnPlaces, columnPlaces, type OutputLayer, type OutputTile } from "./output-layer.ts";
import type { LossSettings } from "./settings.ts";

const fround = Math.fround;

/**
 * Creates the layer.
 * @param units n[L], the number of classes
 * @returns undefined for the plain cross-entropy, whose equations are in passes/
 */
export function softmaxLayer(
  { labelSmoothing, classWeights }: Extract<LossSettings, { readonly name: "cross-entropy" }>,
  units: number,
  layout: KernelLayout,
): OutputLayer | undefined {
  const isPlain = fround(labelSmoothing) === 0 && classWeights === undefined;
  return isPlain ? undefined : softenedSoftmax(units, layout, labelSmoothing, classWeights);
}

/**
 * With targets T = (1 - e) Y + e / K and the weight w of the label's class:
 *
 *   loss  = w (-sum_k T_k log A_k) = w (-log A_label + e / K sum_k (Z_label - Z_k))
 *   dZ[L] = w (A[L] - T)
 *
 * The second form of the loss avoids the logarithm of probabilities that are zero in f32.
 */
function softenedSoftmax(
  units: number,
  layout: KernelLayout,
  labelSmoothing: number,
  classWeights: readonly number[] | undefined,
): OutputLayer {
  const share = fround(fround(labelSmoothing) / units);
  const labelled = fround(fround(1 - fround(labelSmoothing)) + share);
  const weights = Float32Array.from({ length: units }, (_, k) => classWeights?.[k] ?? 1);
  const places = columnPlaces(layout, units);
  return {
    forward({ Z, A, answers }, columns, kernels) {
      kernels.softmaxCrossEntropy(Z, A, answers, units, columns);
      const { labels, losses } = answers;
      for (let c = 0; c < columns; c++) {
        const weight = weights[labels[c]];
        const behind = share === 0 ? 0 : sumBehind(Z, labels[c], c, places);
        losses[c] = weight * fround(losses[c] + share * behind);
      }
    },
    backward({ A, dZ, answers: { labels } }, columns) {
      const { rows, step } = places;
      for (let c = 0, column = 0; c < columns; c++, column += step) {
        const label = labels[c];
        const weight = weights[label];
        for (let u = 0; u < units; u++) {
          const at = rows[u] + column;
          dZ[at] = weight * fround(A[at] - share);
        }
        const at = rows[label] + column;
        dZ[at] = weight * fround(A[at] - labelled);
      }
    },
    countRight: countClasses,
  };
}

/** sum_k (Z_label - Z_k) of a column, in index order; in f64, like all sums of losses. */
function sumBehind(Z: Float32Array, label: number, c: number, { rows, step }: ColumnPlaces): number {
  const column = c * step;
  const z = Z[rows[label] + column];
  let sum = 0;
  for (let u = 0; u < rows.length; u++) sum += z - Z[rows[u] + column];
  return sum;
}

/** The number of the columns [first, end) whose label is predicted. */
export function countClasses({ answers: { labels, predicted } }: OutputTile, first: number, end: number): number {
  let right = 0;
  for (let c = first; c < end; c++) if (predicted[c] === labels[c]) right++;
  return right;
}
