/** What is not zero among the features of a first layer in panels, as its gradient asks for it. */
import { PANEL } from "./layout";

/** Bytes from the map of sixteen inputs to that of the next: 256 columns, a u16 for each. */
export const MAP_STEP: usize = 512;
/** Bytes from the map of four inputs to that of the next: 256 columns, and room for an unaligned load. */
export const QUAD_STEP: usize = 40;

/**
 * @param map of {@link gather}
 * @param quads receives, for every four inputs, a bit for each column: whether one is not zero; and, 32 bytes from
 *   the first, how many
 * @param some receives a bit for each input, u64: whether it is not zero in one of the columns
 */
export function mapFeatures(map: usize, inputs: i32, columns: i32, quads: usize, some: usize): void {
  const none = i16x8.splat(0), lanes = i16x8(0, 1, 2, 3, 4, 5, 6, 7);
  store<u64>(some + <usize>((inputs - 1) >> 6 << 3), 0);
  for (let k = 0; k < inputs; k += PANEL, map += MAP_STEP, quads += 4 * QUAD_STEP) {
    // repeat $Q = 4
    let n$Q: u32 = 0;
    // end $Q
    let any = none;
    for (let c = 0; c < columns; c += 8) {
      const isColumn = i16x8.gt_s(i16x8.splat(<i16>(columns - c)), lanes);
      const bits = v128.and(v128.load(map + (<usize>c << 1)), isColumn);
      any = v128.or(any, bits);
      const at = quads + (<usize>c >> 3);
      // repeat $Q = 4
      const b$Q = i16x8.bitmask(i16x8.ne(v128.and(bits, i16x8.splat(15 << (4 * $Q))), none));
      store<u8>(at, b$Q, 40 * $Q);
      n$Q += popcnt(b$Q);
      // end $Q
    }
    // repeat $Q = 4
    store<u32>(quads, n$Q, 40 * $Q + 32);
    // end $Q
    let row: u64 = i64x2.extract_lane(any, 0) | i64x2.extract_lane(any, 1);
    row |= row >> 32;
    store<u16>(some, <u16>(row | (row >> 16)));
    some += 2;
  }
}
