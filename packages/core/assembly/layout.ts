/**
 * How matrices lie in memory. What is not said to be otherwise is f32 and begins on 64 bytes.
 *
 *   columns of examples  [rows / 16][columns][16]: panels of 16 rows, each example's 16 side by side
 *   weights              [units / 16][inputs, up to 4][16]: panels of 16 units
 *   weights by lanes     [inputs / 8][units][8]: for a first layer of fewer than 16 units; an even number
 *                        of blocks of eight inputs, units up to 5 or to 4
 *   examples by lanes    for that layer, as they lie in X: bytes or f32, at an address each
 *
 * What fills a panel up is never read into a real result, or is zero.
 */

/** Lanes of a panel. */
export const PANEL: i32 = 16;
/** Bytes of one example's, or one input's, lanes in a panel. */
export const LANES_BYTES: usize = 64;
/** Bytes of a tile of 4 x 16. */
export const TILE_BYTES: usize = 256;

/** Whether pairs of vectors become 256-bit ones. */
// @ts-expect-error: a constant given to the compiler
export const IS_WIDE: bool = WIDE == 1;

/** Codes of activations; src/kernels/wasm agrees. */
export const NONE: i32 = 0;
export const RELU: i32 = 1;
export const SIGMOID: i32 = 2;
export const TANH: i32 = 3;
