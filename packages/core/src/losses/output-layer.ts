/**
 * What the last layer of a network does besides W[L] A[L-1] + b[L]: its outputs, their loss, and dZ[L].
 *
 * Softmax with the plain cross-entropy, the notes' case, has kernels of its own, and its lines in forward.ts and
 * backward.ts. The others are loops over the kernels'
 * matrices: the last layer is small, and the same loops on the same numbers give the same bits in every layout.
 */
import type { Answers, KernelLayout, Kernels } from "../kernels/kernels.ts";

/** What is at hand of the columns of a tile. */
export interface OutputTile {
  /** Z[L]: [n[L], C], laid out as the kernels have it; A[L] and dZ[L] likewise. A[L] of an identity is Z[L]. */
  readonly Z: Float32Array;
  readonly A: Float32Array;
  readonly dZ: Float32Array;
  /** Labels of a softmax. Receives the losses, and the predicted classes of a softmax. */
  readonly answers: Answers;
  /** Y of other outputs: [n[L], C], column after column. */
  readonly targets: Float32Array;
}

export interface OutputLayer {
  /** A[L] of Z[L], and the loss of each column. */
  forward(tile: OutputTile, columns: number, kernels: Kernels): void;
  /** dZ[L], the derivatives of the losses by Z[L], after forward. */
  backward(tile: OutputTile, columns: number, kernels: Kernels): void;
  /** How many of the columns [first, end) are predicted rightly; 0 where outputs are quantities. */
  countRight(tile: OutputTile, first: number, end: number): number;
}

/** Where the numbers of a matrix of examples lie: element (u, c) at rows[u] + c * step. */
export interface ColumnPlaces {
  readonly rows: Uint32Array;
  readonly step: number;
}

export function columnPlaces(layout: KernelLayout, units: number): ColumnPlaces {
  return {
    rows: Uint32Array.from({ length: units }, (_, row) => layout.placeInColumns(units, row, 0)),
    step: layout.placeInColumns(units, 0, 1) - layout.placeInColumns(units, 0, 0),
  };
}
