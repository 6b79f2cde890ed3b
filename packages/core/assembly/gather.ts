/** Examples to f32, out of the order they are stored in: A[:, c] = X[:, order[c]], without scaling. */
import { LANES_BYTES } from "./layout";

/** Sixteen bytes from `x` become sixteen f32 at `out`. */
// @ts-ignore: decorator
@inline
function sixteenBytes(x: usize, out: usize): void {
  const low = v128.load_ext<u8>(x), high = v128.load_ext<u8>(x, 8);
  const f0 = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(low));
  const f1 = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(low));
  const f2 = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(high));
  const f3 = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(high));
  v128.store(out, f0);
  v128.store(out, f1, 16);
  v128.store(out, f2, 32);
  v128.store(out, f3, 48);
}

// @ts-ignore: decorator
@inline
function sixteenFloats(x: usize, out: usize): void {
  const f0 = v128.load(x), f1 = v128.load(x, 16), f2 = v128.load(x, 32), f3 = v128.load(x, 48);
  v128.store(out, f0);
  v128.store(out, f1, 16);
  v128.store(out, f2, 32);
  v128.store(out, f3, 48);
}

/** The last inputs of an example, fewer than sixteen, and zeros after them. */
function remainder(x: usize, bytes: bool, count: i32, out: usize): void {
  for (let i = 0; i < 16; i++) {
    let value: f32 = 0;
    if (i < count) value = bytes ? <f32>load<u8>(x + <usize>i) : load<f32>(x + (<usize>i << 2));
    store<f32>(out + (<usize>i << 2), value);
  }
}

/**
 * @param bytes whether X holds u8, not f32
 * @param order columns of X, u32, [columns]
 * @param exampleStep, sixteenStep bytes in A from one example, and from sixteen inputs, to the next
 */
export function gather(
  X: usize, bytes: bool, inputs: i32, order: usize, columns: i32, A: usize, exampleStep: usize, sixteenStep: usize,
): void {
  let c = 0;
  // Not for rows: examples that follow each other in memory come faster one by one.
  if (bytes && exampleStep == LANES_BYTES) {
    for (; c + 4 <= columns; c += 4, order += 16, A += 4 * LANES_BYTES) {
      fourOfBytes(
        X + <usize>load<u32>(order) * <usize>inputs, X + <usize>load<u32>(order, 4) * <usize>inputs,
        X + <usize>load<u32>(order, 8) * <usize>inputs, X + <usize>load<u32>(order, 12) * <usize>inputs,
        inputs, A, sixteenStep,
      );
    }
  }
  for (; c < columns; c++, A += exampleStep, order += 4) {
    const column = <usize>load<u32>(order) * <usize>inputs;
    if (bytes) gatherBytes(X + column, inputs, A, sixteenStep);
    else gatherFloats(X + (column << 2), inputs, A, sixteenStep);
  }
}

/** Four examples at once: while memory is slow with one, it can be fetching the others. */
function fourOfBytes(x0: usize, x1: usize, x2: usize, x3: usize, inputs: i32, out: usize, step: usize): void {
  for (const end = x0 + <usize>(inputs & ~15); x0 < end; x0 += 16, x1 += 16, x2 += 16, x3 += 16, out += step) {
    sixteenBytes(x0, out);
    sixteenBytes(x1, out + 64);
    sixteenBytes(x2, out + 128);
    sixteenBytes(x3, out + 192);
  }
  if (inputs & 15) {
    remainder(x0, true, inputs & 15, out);
    remainder(x1, true, inputs & 15, out + 64);
    remainder(x2, true, inputs & 15, out + 128);
    remainder(x3, true, inputs & 15, out + 192);
  }
}

function gatherBytes(x: usize, inputs: i32, out: usize, step: usize): void {
  for (const end = x + <usize>(inputs & ~15); x < end; x += 16, out += step) sixteenBytes(x, out);
  if (inputs & 15) remainder(x, true, inputs & 15, out);
}

function gatherFloats(x: usize, inputs: i32, out: usize, step: usize): void {
  for (const end = x + (<usize>(inputs & ~15) << 2); x < end; x += LANES_BYTES, out += step) sixteenFloats(x, out);
  if (inputs & 15) remainder(x, false, inputs & 15, out);
}
