/**
 * The output layer: what the last layer of a network computes besides W[L] A[L-1] + b[L], namely its outputs, their
 * loss and dZ[L].
 *
 * Softmax with plain cross-entropy, the notes' case, has its own kernels, and its equations are in forward.ts and
 * backward.ts. The others are loops over the kernels' matrices: the last layer is small, and the same loops on the same
 * numbers give the same bits in every layout.
 */
import type { Answers, KernelLayout, Kernels } from "../kernels/kernels.ts";

/** The matrices and answers of a tile's columns. */
export interface OutputTile {
  /** Z[L]: [n[L], C], in the kernels' layout, like A[L] and dZ[L]. A[L] of an identity is Z[L]. */
  readonly Z: Float32Array;
  readonly A: Float32Array;
  readonly dZ: Float32Array;
  /** The labels of a softmax. Receives the losses and, for a softmax, the predicted classes. */
  readonly answers: Answers;
  /** Y of other outputs: [n[L], C], column after column. */
  readonly targets: Float32Array;
}

export interface OutputLayer {
  /** Computes A[L] from Z[L], and the loss of each column. */
  forward(tile: OutputTile, columns: number, kernels: Kernels): void;
  /** Computes dZ[L], the derivatives of the losses by Z[L]; runs after forward. */
  backward(tile: OutputTile, columns: number, kernels: Kernels): void;
  /** The number of the columns [first, end) predicted correctly; 0 where outputs are quantities. */
  countRight(tile: OutputTile, first: number, end: number): number;
}

/** The positions of a matrix of examples: element (u, c) is at rows[u] + c * step. */
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
