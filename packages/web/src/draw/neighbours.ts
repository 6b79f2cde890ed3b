/** Finds the digits that a network finds most similar: those with the nearest hidden activations. */

export interface DigitSet {
  /** [784, m] */
  readonly X: Uint8Array;
  /** [m] */
  readonly labels: ArrayLike<number>;
  /** A[L-1] of each, [units, m]. */
  readonly hidden: Float32Array;
}

export interface Neighbour {
  /** Index over all blocks. */
  readonly index: number;
  readonly label: number;
  /** [784] */
  readonly pixels: Uint8Array;
  /** Squared distance between the activations. */
  readonly distance: number;
}

/** @param hidden A[L-1] of the image, [units] @returns the nearest `count`, nearest first; ties keep the earlier one */
export function nearest(blocks: readonly DigitSet[], hidden: Float32Array, count: number): Neighbour[] {
  const units = hidden.length;
  const found: Neighbour[] = [];
  let first = 0;
  for (const { X, labels, hidden: A } of blocks) {
    const size = X.length / labels.length;
    for (let c = 0; c < labels.length; c++) {
      let distance = 0;
      for (let j = 0; j < units; j++) {
        const difference = A[c * units + j] - hidden[j];
        distance += difference * difference;
      }
      if (found.length === count && distance >= found[count - 1].distance) continue;
      const pixels = X.subarray(c * size, (c + 1) * size);
      const after = found.findIndex((other) => other.distance > distance);
      found.splice(after < 0 ? found.length : after, 0, { index: first + c, label: labels[c], pixels, distance });
      found.length = Math.min(found.length, count);
    }
    first += labels.length;
  }
  return found;
}
