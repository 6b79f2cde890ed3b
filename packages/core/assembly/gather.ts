/** Gathers examples into f32 panels, in the order of `order`: A[:, c] = scale X[:, order[c]]. */
import { COLUMNS_PANEL_BYTES, LANES_BYTES, MAP_STEP } from "./constants";

/**
 * Converts sixteen bytes at `x` to sixteen f32 at `out`, times `scale`.
 * @returns one bit per number, set if it is not zero
 */
// @ts-ignore: decorator
@inline
function sixteenBytes(x: usize, scale: v128, out: usize): u32 {
  const low = v128.load_ext<u8>(x), high = v128.load_ext<u8>(x, 8);
  const f0 = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(low));
  const f1 = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(low));
  const f2 = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(high));
  const f3 = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(high));
  v128.store(out, f32x4.mul(f0, scale));
  v128.store(out, f32x4.mul(f1, scale), 16);
  v128.store(out, f32x4.mul(f2, scale), 32);
  v128.store(out, f32x4.mul(f3, scale), 48);
  return i8x16.bitmask(i8x16.ne(v128.load(x), i8x16.splat(0)));
}

// @ts-ignore: decorator
@inline
function sixteenFloats(x: usize, scale: v128, out: usize): u32 {
  const f0 = v128.load(x), f1 = v128.load(x, 16), f2 = v128.load(x, 32), f3 = v128.load(x, 48);
  v128.store(out, f32x4.mul(f0, scale));
  v128.store(out, f32x4.mul(f1, scale), 16);
  v128.store(out, f32x4.mul(f2, scale), 32);
  v128.store(out, f32x4.mul(f3, scale), 48);
  return bitsOf(f0) | (bitsOf(f1) << 4) | (bitsOf(f2) << 8) | (bitsOf(f3) << 12);
}

// @ts-ignore: decorator
@inline
function bitsOf(f: v128): u32 {
  return i32x4.bitmask(f32x4.ne(f, f32x4.splat(0)));
}

/** Converts the last inputs of an example, fewer than sixteen, and pads them with zeros. */
function remainder(x: usize, bytes: bool, count: i32, scale: f32, out: usize): u32 {
  let bits: u32 = 0;
  for (let i = 0; i < 16; i++) {
    let value: f32 = 0;
    if (i < count) value = bytes ? <f32>load<u8>(x + <usize>i) : load<f32>(x + (<usize>i << 2));
    store<f32>(out + (<usize>i << 2), value * scale);
    if (value != 0) bits |= 1 << i;
  }
  return bits;
}

/**
 * Gathers the examples and maps their nonzero numbers.
 * @param bytes whether X holds u8, not f32
 * @param order columns of X, u32, [columns]
 * @param map receives one bit per number of X, set if it is not zero: [inputs / 16][256 columns] u16
 */
export function gather(
  X: usize, bytes: bool, inputs: i32, scale: f32, order: usize, columns: i32, A: usize, map: usize,
): void {
  let c = 0;
  if (bytes) {
    for (; c + 4 <= columns; c += 4, order += 16, A += 4 * LANES_BYTES, map += 8) {
      fourOfBytes(
        X + <usize>load<u32>(order) * <usize>inputs, X + <usize>load<u32>(order, 4) * <usize>inputs,
        X + <usize>load<u32>(order, 8) * <usize>inputs, X + <usize>load<u32>(order, 12) * <usize>inputs,
        inputs, scale, A, map,
      );
    }
  }
  for (; c < columns; c++, A += LANES_BYTES, order += 4, map += 2) {
    const column = <usize>load<u32>(order) * <usize>inputs;
    if (bytes) gatherBytes(X + column, inputs, scale, A, map);
    else gatherFloats(X + (column << 2), inputs, scale, A, map);
  }
}

/** Gathers four examples at once, so that memory fetches of the four overlap. */
function fourOfBytes(
  x0: usize, x1: usize, x2: usize, x3: usize, inputs: i32, scale: f32, out: usize, map: usize,
): void {
  const factor = f32x4.splat(scale);
  const end = x0 + <usize>(inputs & ~15);
  for (; x0 < end; x0 += 16, x1 += 16, x2 += 16, x3 += 16, out += COLUMNS_PANEL_BYTES, map += MAP_STEP) {
    store<u16>(map, sixteenBytes(x0, factor, out));
    store<u16>(map, sixteenBytes(x1, factor, out + 64), 2);
    store<u16>(map, sixteenBytes(x2, factor, out + 128), 4);
    store<u16>(map, sixteenBytes(x3, factor, out + 192), 6);
  }
  if (inputs & 15) {
    store<u16>(map, remainder(x0, true, inputs & 15, scale, out));
    store<u16>(map, remainder(x1, true, inputs & 15, scale, out + 64), 2);
    store<u16>(map, remainder(x2, true, inputs & 15, scale, out + 128), 4);
    store<u16>(map, remainder(x3, true, inputs & 15, scale, out + 192), 6);
  }
}

function gatherBytes(x: usize, inputs: i32, scale: f32, out: usize, map: usize): void {
  const factor = f32x4.splat(scale);
  const end = x + <usize>(inputs & ~15);
  for (; x < end; x += 16, out += COLUMNS_PANEL_BYTES, map += MAP_STEP) store<u16>(map, sixteenBytes(x, factor, out));
  if (inputs & 15) store<u16>(map, remainder(x, true, inputs & 15, scale, out));
}

function gatherFloats(x: usize, inputs: i32, scale: f32, out: usize, map: usize): void {
  const factor = f32x4.splat(scale);
  const end = x + (<usize>(inputs & ~15) << 2);
  for (; x < end; x += LANES_BYTES, out += COLUMNS_PANEL_BYTES, map += MAP_STEP) store<u16>(map, sixteenFloats(x, factor, out));
  if (inputs & 15) store<u16>(map, remainder(x, false, inputs & 15, scale, out));
}
