/** What averaged outputs are worth: losses in f64, the columns in their order. */
import { log } from "@scratch-nn/core/engine";
import type { Part } from "../trials/way.ts";

/** The smallest normal f32: what a probability is at least where its logarithm is taken. */
const SMALLEST = 2 ** -126;

/**
 * Mean loss of outputs: the cross-entropy, of labels summed over them; of quantities half the squared error, in standard
 * deviations, summed over them.
 * @param outputs [units, columns.length]
 */
export function meanLoss({ dataset, output, units }: Part, outputs: Float64Array, columns: Uint32Array): number {
  const { labels, targets } = dataset;
  let sum = 0;
  for (const [c, column] of columns.entries()) {
    const own = outputs.subarray(c * units, (c + 1) * units);
    if (output === "softmax") {
      sum += surprise(own[labels[column]]);
      continue;
    }
    for (const [u, a] of own.entries()) {
      // Of two classes told by one sigmoid, the second is 1.
      const y = targets === undefined ? labels[column] : targets[column * units + u];
      sum += output === "sigmoid" ? surprise(y === 1 ? a : 1 - a) : (a - y) ** 2 / 2;
    }
  }
  return sum / columns.length;
}

function surprise(probability: number): number {
  return -log(Math.fround(Math.max(probability, SMALLEST)));
}
