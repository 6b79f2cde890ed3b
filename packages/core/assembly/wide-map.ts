/** Maps of the nonzero features of a first layer in panels, in the form that its gradient needs. */
import { MAP_STEP, MAX_COLUMNS, PANEL, QUAD_STEP } from "./constants";

/** The offset of the number of nonzero columns, after their bits. */
export const QUAD_COUNT: usize = MAX_COLUMNS / 8;

/**
 * Computes the maps of four inputs each.
 * @param map of {@link gather}
 * @param quads receives, for every four inputs, one bit per column, set if any of the four is not zero, and the number
 *   of set bits
 */
export function mapFeatures(map: usize, inputs: i32, columns: i32, quads: usize): void {
  const none = i16x8.splat(0), lanes = i16x8(0, 1, 2, 3, 4, 5, 6, 7);
  for (let k = 0; k < inputs; k += PANEL, map += MAP_STEP, quads += 4 * QUAD_STEP) {
    // repeat $Q = 4
    let n$Q: u32 = 0;
    // end $Q
    for (let c = 0; c < columns; c += 8) {
      const isColumn = i16x8.gt_s(i16x8.splat(<i16>(columns - c)), lanes);
      const bits = v128.and(v128.load(map + (<usize>c << 1)), isColumn);
      const at = quads + (<usize>c >> 3);
      // repeat $Q = 4
      const b$Q = i16x8.bitmask(i16x8.ne(v128.and(bits, i16x8.splat(15 << (4 * $Q))), none));
      store<u8>(at, b$Q, QUAD_STEP * $Q);
      n$Q += popcnt(b$Q);
      // end $Q
    }
    // repeat $Q = 4
    store<u32>(quads, n$Q, QUAD_STEP * $Q + QUAD_COUNT);
    // end $Q
  }
}
