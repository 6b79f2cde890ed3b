/** What averaged outputs are worth: losses in f64. */
import { log } from "@scratch-nn/core/engine";
import type { Part } from "../trials/way.ts";

/** What a probability is at least where its logarithm is taken: one mistake of a sure network is not to decide alone. */
const LEAST = 1e-7;

/**
 * The loss of each of some columns: the cross-entropy, of labels summed over them; of quantities half the squared error, in
 * standard deviations, summed over them.
 * @param outputs [units, columns.length]
 */
export function lossesOf({ dataset, output, units }: Part, columns: Uint32Array, outputs: Float64Array): Float64Array {
  const { labels, targets } = dataset;
  return Float64Array.from(columns, (column, c) => {
    if (output === "softmax") return surprise(outputs[c * units + labels[column]]);
    let sum = 0;
    for (let u = 0; u < units; u++) {
      const a = outputs[c * units + u];
      // Of two classes told by one sigmoid, the second is 1.
      const y = targets === undefined ? labels[column] : targets[column * units + u];
      sum += output === "sigmoid" ? surprise(y === 1 ? a : 1 - a) : (a - y) ** 2 / 2;
    }
    return sum;
  });
}

function surprise(probability: number): number {
  return -log(Math.fround(Math.max(probability, LEAST)));
}
