/**
 * The examples of a first layer by lanes: their addresses, and maps of their blocks of eight inputs that are not all
 * zero. The maps have one bit per block and are stored twice:
 *
 *   maps    [columns][8-byte words]         the blocks of an example, one bit after another
 *   table   [blocks / 8][256 columns]       the same bytes, to be transposed to columns of a block
 */
import { MAX_COLUMNS } from "./constants";

/** Bytes of a row of the table. */
const TABLE: usize = MAX_COLUMNS;
/** Offsets after the addresses: whether X holds u8, not f32, and the scale. */
const HOLDS_BYTES: usize = 4 * MAX_COLUMNS;
const SCALE: usize = HOLDS_BYTES + 4;

/** Bytes of the map of an example: a bit for each block of eight inputs, in words of 64. */
// @ts-ignore: decorator
@inline
export function mapBytesOf(inputs: i32): usize {
  return <usize>((inputs + 511) >> 9) << 3;
}

/** Whether the examples at these addresses hold u8, not f32. */
export function holdBytes(xs: usize): bool {
  return load<u32>(xs, HOLDS_BYTES) != 0;
}

/** The address of the f32 that scales the examples at these addresses. */
export function scaleOf(xs: usize): usize {
  return xs + SCALE;
}

/**
 * Maps the examples and, if `copies` is not 0, copies them.
 * @param bytes whether X holds u8, not f32
 * @param order columns of X, u32, [columns]
 * @param xs receives the examples' addresses, u32, and the values that {@link holdBytes} and {@link scaleOf} return
 * @param copies the address of the copies, or 0. Each copy is padded with zeros to a multiple of sixteen numbers. With
 *   0, the examples are used in place, and inputs must be a multiple of 8.
 */
export function gatherByLanes(
  X: usize, bytes: bool, inputs: i32, scale: f32, order: usize, columns: i32, xs: usize, copies: usize, maps: usize,
  table: usize,
): void {
  store<u32>(xs, bytes, HOLDS_BYTES);
  store<f32>(xs, scale, SCALE);
  const mapBytes = mapBytesOf(inputs);
  const copyStep = <usize>((inputs + 15) & ~15) << (bytes ? 0 : 2);
  const size = <usize>inputs << (bytes ? 0 : 2);
  for (const end = order + (<usize>columns << 2); order < end; order += 4, xs += 4, maps += mapBytes, table++) {
    let x = X + <usize>load<u32>(order) * size;
    if (copies) {
      memory.copy(copies, x, size);
      x = copies;
      copies += copyStep;
    }
    store<u32>(xs, <u32>x);
    const blocks = (inputs + 7) >> 3;
    if (bytes) mapOfBytes(x, blocks, maps, table);
    else mapOfFloats(x, blocks, maps, table);
  }
}

/** Marks all blocks of some examples as not zero. */
export function markAll(inputs: i32, columns: i32, maps: usize, table: usize): void {
  const mapBytes = mapBytesOf(inputs);
  const blocks = (inputs + 7) >> 3;
  for (let b = 0; b < blocks; b += 8) {
    const left = min(8, blocks - b);
    const all = (1 << left) - 1;
    const at = <usize>b >> 3;
    for (let c: usize = 0; c < <usize>columns; c++) {
      store<u8>(maps + c * mapBytes + at, all);
      store<u8>(table + at * TABLE + c, all);
    }
  }
}

function mapOfBytes(x: usize, blocks: i32, map: usize, table: usize): void {
  for (; blocks >= 8; blocks -= 8, x += 64, map++, table += TABLE) {
    const a = v128.shuffle<i32>(emptyBlocks(x), emptyBlocks(x + 16), 0, 2, 4, 6);
    const b = v128.shuffle<i32>(emptyBlocks(x + 32), emptyBlocks(x + 48), 0, 2, 4, 6);
    const bits = ~i16x8.bitmask(i16x8.narrow_i32x4_s(a, b));
    store<u8>(map, bits);
    store<u8>(table, bits);
  }
  if (blocks) {
    let bits: u32 = 0;
    for (let i = 0; i < blocks; i++, x += 8) bits |= (<u32>(load<u64>(x) != 0)) << i;
    store<u8>(map, bits);
    store<u8>(table, bits);
  }
}

/** Returns all ones in the halves that are zero. */
// @ts-ignore: decorator
@inline
function emptyBlocks(x: usize): v128 {
  return i64x2.eq(v128.load(x), i64x2.splat(0));
}

function mapOfFloats(x: usize, blocks: i32, map: usize, table: usize): void {
  const zero = f32x4.splat(0);
  for (; blocks > 0; blocks -= 8, map++, table += TABLE) {
    let bits: u32 = 0;
    const count = min(8, blocks);
    for (let i = 0; i < count; i++, x += 32) {
      const isThere = v128.or(f32x4.ne(v128.load(x), zero), f32x4.ne(v128.load(x, 16), zero));
      bits |= (<u32>v128.any_true(isThere)) << i;
    }
    store<u8>(map, bits);
    store<u8>(table, bits);
  }
}

/**
 * Transposes 64 columns of the table: for each block, one bit per column.
 * @param out one u64 per block, their number rounded up to 8
 */
export function transposeTable(table: usize, inputs: i32, out: usize): void {
  for (let k = 0; k < inputs; k += 64, table += TABLE, out += 64) {
    for (let c: usize = 0; c < 64; c += 16) {
      let bytes = v128.load(table + c);
      const at = out + (c >> 3);
      // repeat $B = 8
      store<u16>(at, i8x16.bitmask(bytes), 8 * (7 - $B));
      bytes = i8x16.shl(bytes, 1);
      // end $B
    }
  }
}
