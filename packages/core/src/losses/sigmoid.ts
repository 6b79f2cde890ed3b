/**
 * The output layer of sigmoids with cross-entropy: a probability for each label. An example may have any of the labels.
 */

import type { KernelLayout } from "../kernels/kernels.ts";
import { exp, log, sigmoid } from "../numerics/functions.ts";
import { columnPlaces, type OutputLayer } from "./output-layer.ts";
import type { LossSettings } from "./settings.ts";

const fround = Math.fround;

/** Above this probability, a label is predicted. */
const HALF = 0.5;

/**
 * Creates the layer. T = (1 - e) Y + e / 2 are the targets, and w is the weight of the value of Y. For each output of a
 * column:
 *
 *   loss = w (log(1 + e^z) - t z), summed over the outputs in index order
 *   dz   = w (a - t)
 *
 * log(1 + e^z) is computed as max(z, 0) + log(1 + e^-|z|), which does not overflow.
 * @param units n[L], the number of labels
 */
export function sigmoidLayer(
  { labelSmoothing, classWeights }: Extract<LossSettings, { readonly name: "cross-entropy" }>,
  units: number,
  layout: KernelLayout,
): OutputLayer {
  const smoothing = fround(labelSmoothing);
  const share = fround(smoothing / 2);
  /** The targets t for y = 0 and y = 1, and the weights of both. */
  const soft = Float32Array.of(share, fround(fround(1 - smoothing) + share));
  const weights = Float32Array.from(classWeights ?? [1, 1]);
  const { rows, step } = columnPlaces(layout, units);
  return {
    forward({ Z, A, answers: { losses }, targets }, columns) {
      for (let c = 0; c < columns; c++) {
        let loss = 0;
        for (let u = 0; u < units; u++) {
          const at = rows[u] + c * step;
          const z = Z[at];
          const y = targets[c * units + u];
          A[at] = sigmoid(z);
          const entropy = fround(fround(atLeastZero(z) - fround(soft[y] * z)) + log(fround(1 + exp(-magnitude(z)))));
          loss = fround(loss + fround(weights[y] * entropy));
        }
        losses[c] = loss;
      }
    },
    backward({ A, dZ, targets }, columns) {
      for (let c = 0; c < columns; c++) {
        for (let u = 0; u < units; u++) {
          const at = rows[u] + c * step;
          const y = targets[c * units + u];
          dZ[at] = weights[y] * fround(A[at] - soft[y]);
        }
      }
    },
    /** A column is correct if all of its labels are; a label is predicted where its probability is above 1/2. */
    countRight({ A, targets }, first, end) {
      let right = 0;
      for (let c = first; c < end; c++) {
        let isRight = true;
        for (let u = 0; u < units; u++) {
          if (A[rows[u] + c * step] > HALF !== (targets[c * units + u] === 1)) isRight = false;
        }
        if (isRight) right++;
      }
      return right;
    },
  };
}

const magnitude = (z: number): number => (z < 0 ? -z : z);
/** Keeps NaN. */
const atLeastZero = (z: number): number => (z < 0 ? 0 : z);
