/**
 * How matrices lie in memory. What is not said to be otherwise is f32 and begins on 64 bytes.
 *
 *   columns of examples  [rows / 16][columns][16]: panels of 16 rows, each example's 16 side by side
 *   weights              [units / 16][inputs, up to 4][16]: panels of 16 units
 *   transposed weights   [inputs / 16][units, up to 4][16]: panels of 16 inputs
 *   weights by lanes     [inputs / 8][units][8]: for a first layer of fewer than 16 units; an even number
 *                        of blocks of eight inputs, units up to 5 or to 4
 *   examples by lanes    for that layer, as they lie in X: bytes or f32, at an address each
 *
 * What fills a panel up is never read into a real result, or is zero.
 */
import { LANES_BYTES, PANEL } from "./constants";

/** Whether pairs of vectors become 256-bit ones. */
// @ts-expect-error: a constant given to the compiler
export const IS_WIDE: bool = WIDE == 1;

/** How many panels hold so many rows. */
// @ts-ignore: decorator
@inline
export function panelsOf(rows: i32): i32 {
  return (rows + PANEL - 1) / PANEL;
}

/** Bytes from one panel of weights to the next: of `depth` inputs, or of `depth` units where they are transposed. */
// @ts-ignore: decorator
@inline
export function weightsPanelBytes(depth: i32): usize {
  return <usize>((depth + 3) & ~3) * LANES_BYTES;
}
