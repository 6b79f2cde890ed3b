/** dW = dZ A' for a first layer of fewer than sixteen units: block by block of eight inputs. */
import { LANES_BYTES, SCRATCH_ZEROS } from "./constants";
import { areFinite } from "./elementwise";
import { unitsOfTile } from "./narrow";
import { holdBytes, markAll, scaleOf, transposeTable } from "./narrow-map";
import { rowsBytes4, rowsBytes5, rowsBytes10, rowsFloats4, rowsFloats5, rowsFloats10 } from "./narrow-rows";

/**
 * dW = dZ X', sums over the columns; with `goesOn`, they are added to dW.
 * @param dZ a panel, [columns][16]
 * @param xs, maps, table of {@link gatherByLanes}
 * @param blocks a buffer with one u64 per block of eight inputs, their number rounded up to 8
 * @param units rounded up to a multiple of 5 or of 4
 * @param dW [blocks][units][8]
 */
export function outerProductsByLanes(
  dZ: usize, xs: usize, inputs: i32, maps: usize, table: usize, blocks: usize, dW: usize, units: i32,
  columns: i32, goesOn: bool, scratch: usize,
): void {
  if (!areFinite(dZ, <usize>columns * LANES_BYTES)) markAll(inputs, columns, maps, table);
  const zeros = scratch + SCRATCH_ZEROS, scale = scaleOf(xs);
  const bytes = holdBytes(xs);
  const size: usize = bytes ? 8 : 32;
  const end = size * <usize>((inputs + 7) >> 3);
  // An empty shard also has a sum: zero.
  for (let first = 0; first == 0 || first < columns; first += 64) {
    const count = min(64, columns - first);
    const live: u64 = count == 64 ? ~(<u64>0) : ((<u64>1) << count) - 1;
    transposeTable(table + first, inputs, blocks);
    const z = dZ + <usize>first * LANES_BYTES;
    const x = xs + (<usize>first << 2);
    const starts = goesOn || first > 0;
    for (let at: usize = 0, block = blocks, w = dW; at < end; at += size, block += 8) {
      const map = load<u64>(block) & live;
      for (let u = 0; u < units; ) {
        const tile = unitsOfTile(units, units - u);
        rows(tile, bytes, z + (<usize>u << 2), x, scale, at, map, starts ? w : zeros, w);
        w += <usize>tile << 5;
        u += tile;
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function rows(
  tile: i32, bytes: bool, z: usize, xs: usize, scale: usize, at: usize, map: u64, start: usize, w: usize,
): void {
  if (bytes) {
    if (tile == 10) rowsBytes10(z, xs, scale, at, map, start, w);
    else if (tile == 5) rowsBytes5(z, xs, scale, at, map, start, w);
    else rowsBytes4(z, xs, scale, at, map, start, w);
  } else {
    if (tile == 10) rowsFloats10(z, xs, scale, at, map, start, w);
    else if (tile == 5) rowsFloats5(z, xs, scale, at, map, start, w);
    else rowsFloats4(z, xs, scale, at, map, start, w);
  }
}
