/**
 * The notes' forward pass, a line an equation. Shapes, for the C columns of a tile:
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
 * Fills A of the tile, the loss of each column, by default the cross-entropy, and the predicted class of a softmax.
 * @param network prepared, see prepareWeights
 * @param masks of layers 1 .. L - 1, in a step that drops units
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
    // A[l] = g(W[l] A[l-1] + b[l]), in the place of Z[l]; or Z[l], where g'(Z[l]) does not follow from A[l],
    kernels.affine(packed[l], A[l - 1], Z[l], columns);
    // and A[l] = g(Z[l]) beside it
    const isApart = packed[l].activationApart !== undefined;
    if (isApart) kernels.activate(packed[l], Z[l], A[l], columns);
    // with dropout, A[l] = g(Z[l]) * D[l]
    if (masks !== undefined) kernels.dropUnits(masks[l], examples, isApart ? A[l] : Z[l], A[l], columns);
  }
  // Z[L] = W[L] A[L-1] + b[L]
  kernels.affine(packed[L], A[L - 1], Z[L], columns);
  // A[L] = softmax(Z[L]), or what another output or loss asks for: see losses/
  if (output === undefined) kernels.softmaxCrossEntropy(Z[L], A[L], answers, layers[L], columns);
  else output.forward(last, columns, kernels);
}
