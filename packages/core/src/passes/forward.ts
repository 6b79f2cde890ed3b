/**
 * The notes' forward pass, one line per equation. Shapes, for the C columns of a tile:
 *
 *   X = A[0]      [n[0], C]     one column per example
 *   W[l]          [n[l], n[l-1]]
 *   b[l]          [n[l]]        added to every column
 *   Z[l], A[l]    [n[l], C]
 */
import type { DropoutMask, Kernels } from "../kernels/kernels.ts";
import type { PackedNetwork } from "./packed.ts";
import type { Tile } from "./tile.ts";

/**
 * Computes A of the tile, the loss of each column (by default the cross-entropy) and, for a softmax, the predicted
 * class.
 * @param network prepared by prepareWeights
 * @param masks of layers 1 .. L - 1, in a step with dropout
 */
export function forward(
  { packed, layers, output }: PackedNetwork,
  tile: Tile,
  kernels: Kernels,
  masks?: readonly DropoutMask[],
): void {
  const { A, Z, answers, last, examples, columns } = tile;
  const L = layers.length - 1;

  for (let l = 1; l < L; l++) {
    // A[l] = g(W[l] A[l-1] + b[l]), stored in place of Z[l]; only Z[l] where g'(Z[l]) cannot be computed from A[l]
    kernels.affine(packed[l], A[l - 1], Z[l], columns);
    // then A[l] = g(Z[l]), stored beside Z[l]
    const isApart = packed[l].activationApart !== undefined;
    if (isApart) kernels.activate(packed[l], Z[l], A[l], columns);
    // with dropout, A[l] = g(Z[l]) * D[l]
    if (masks !== undefined) kernels.dropUnits(masks[l], examples, isApart ? A[l] : Z[l], A[l], columns);
  }
  // Z[L] = W[L] A[L-1] + b[L]
  kernels.affine(packed[L], A[L - 1], Z[L], columns);
  // A[L] = softmax(Z[L]), or another output or loss: see losses/
  if (output === undefined) kernels.softmaxCrossEntropy(Z[L], A[L], answers, layers[L], columns);
  else output.forward(last, columns, kernels);
}
