/**
 * The memory layout of matrices. Unless stated otherwise, they are f32 and aligned to 64 bytes.
 *
 *   columns of examples  [rows / 16][columns][16]: panels of 16 rows, each example's 16 side by side
 *   weights              [units / 16][inputs, up to 4][16]: panels of 16 units
 *   transposed weights   [inputs / 16][units, up to 4][16]: panels of 16 inputs
 *   weights by lanes     [inputs / 8][units][8]: for a first layer of fewer than 16 units; an even number
 *                        of blocks of eight inputs, units up to 5 or to 4
 *   examples by lanes    for that layer, stored as in X: bytes or f32, with one address per example
 *
 * "Up to 4" means rounded up to a multiple of 4. Padding of a panel is zero, or no real result depends on it.
 */
import { LANES_BYTES, PANEL } from "./constants";

/** Whether V8 is to turn pairs of vectors into 256-bit ones. */
// @ts-expect-error: a constant given to the compiler
export const IS_WIDE: bool = WIDE == 1;

/** The number of panels for `rows` rows. */
// @ts-ignore: decorator
@inline
export function panelsOf(rows: i32): i32 {
  return (rows + PANEL - 1) / PANEL;
}

/** Bytes from one panel of weights to the next, for `depth` inputs, or for `depth` units where they are transposed. */
// @ts-ignore: decorator
@inline
export function weightsPanelBytes(depth: i32): usize {
  return <usize>((depth + 3) & ~3) * LANES_BYTES;
}
