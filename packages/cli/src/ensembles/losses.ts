/** Computes the losses of averaged outputs, in f64. */
import { log } from "@scratch-nn/core/engine";
import type { Part } from "../trials/way.ts";

/** Lower bound of a probability before its logarithm: one confident mistake must not decide alone. */
const LEAST = 1e-7;

/**
 * The loss of each column. Classes: the cross-entropy. Labels: the cross-entropy summed over the labels. Quantities:
 * half the squared error, in standard deviations, summed over the quantities.
 * @param outputs [units, columns.length]
 */
export function lossesOf({ dataset, output, units }: Part, columns: Uint32Array, outputs: Float64Array): Float64Array {
  const { labels, targets } = dataset;
  return Float64Array.from(columns, (column, c) => {
    if (output === "softmax") return surprise(outputs[c * units + labels[column]]);
    let sum = 0;
    for (let u = 0; u < units; u++) {
      const a = outputs[c * units + u];
      // One sigmoid stands for two classes; its 1 is the second class.
      const y = targets === undefined ? labels[column] : targets[column * units + u];
      sum += output === "sigmoid" ? surprise(y === 1 ? a : 1 - a) : (a - y) ** 2 / 2;
    }
    return sum;
  });
}

function surprise(probability: number): number {
  return -log(Math.fround(Math.max(probability, LEAST)));
}
