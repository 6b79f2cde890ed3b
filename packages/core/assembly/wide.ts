/**
 * Layers in panels: Z = W A + b and dA = W' dZ. The operations that follow are applied while a tile is in the cache.
 */
import { activateTile, deriveTile } from "./activations";
import { COLUMNS_CHUNK, COLUMNS_PANEL_BYTES, LANES_BYTES, NONE, SCRATCH_ZEROS } from "./constants";
import { IS_WIDE, panelsOf, weightsPanelBytes } from "./layout";
import { affine4x8 } from "./tile-4x8";
import { affine4x16 } from "./tile-4x16";

// @ts-ignore: decorator
@inline
export function tile(W: usize, A: usize, depth: i32, start: usize, out: usize): void {
  if (IS_WIDE) affine4x16(W, A, depth, start, out);
  else {
    affine4x8(W, A, depth, start, out);
    affine4x8(W + 32, A, depth, start + 32, out + 32);
  }
}

/**
 * out = g(W A + b).
 * @param columns rounded up to 4; the kernel also computes the columns beyond the last
 */
export function affine(
  W: usize, A: usize, b: usize, out: usize, g: i32, units: i32, inputs: i32, columns: i32,
): void {
  const panels = panelsOf(units), wPanel = weightsPanelBytes(inputs);
  for (let first = 0; first < columns; first += COLUMNS_CHUNK) {
    const end = min(columns, first + COLUMNS_CHUNK);
    for (let p: usize = 0; p < <usize>panels; p++) {
      for (let c = first; c < end; c += 4) {
        const at = <usize>c * LANES_BYTES;
        const z = out + p * COLUMNS_PANEL_BYTES + at;
        tile(W + p * wPanel, A + at, inputs, b + p * LANES_BYTES, z);
        if (g != NONE) activateTile(g, z);
      }
    }
  }
}

/**
 * dZ[l-1] = W' dZ * g'(Z[l-1]).
 * @param T the transposed weights: [inputs / 16][units, up to 4][16]
 * @param Z the matrix that g' is computed from: A[l-1], or Z[l-1]
 * @param out dZ[l-1]
 */
export function backpropagate(
  T: usize, dZ: usize, Z: usize, out: usize, g: i32, units: i32, inputs: i32, columns: i32, scratch: usize,
): void {
  const panels = panelsOf(inputs), tPanel = weightsPanelBytes(units), zeros = scratch + SCRATCH_ZEROS;
  for (let first = 0; first < columns; first += COLUMNS_CHUNK) {
    const end = min(columns, first + COLUMNS_CHUNK);
    for (let p: usize = 0; p < <usize>panels; p++) {
      for (let c = first; c < end; c += 4) {
        const at = <usize>c * LANES_BYTES;
        const z = p * COLUMNS_PANEL_BYTES + at;
        tile(T + p * tPanel, dZ + at, units, zeros, out + z);
        deriveTile(g, Z + z, out + z);
      }
    }
  }
}
