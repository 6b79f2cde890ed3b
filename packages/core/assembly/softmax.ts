/** A = softmax(Z), the cross-entropies, the predicted classes, and dZ = A - Y, on panels. */
import { exp4, log4 } from "./elementary";
import { LANES_BYTES, PANEL } from "./layout";

/** Lanes below `units` of `x`, `other` elsewhere; `first` is the number of the first lane. */
// @ts-ignore: decorator
@inline
function realLanes(x: v128, other: v128, first: i32, units: i32): v128 {
  const lane = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  return v128.bitselect(x, other, i32x4.lt_s(lane, i32x4.splat(units)));
}

// @ts-ignore: decorator
@inline
function largestLane(x: v128): v128 {
  const pairs = f32x4.pmax(x, v128.shuffle<i32>(x, x, 2, 3, 0, 1));
  return f32x4.pmax(pairs, v128.shuffle<i32>(pairs, pairs, 1, 0, 3, 2));
}

// @ts-ignore: decorator
@inline
function placeOf(row: i32, panel: usize): usize {
  return <usize>(row >> 4) * panel + (<usize>(row & 15) << 2);
}

/**
 * @param labels, predicted u16, [columns]
 * @param losses f32, [columns]
 * @param sums room for an f32 for each column
 */
export function softmaxCrossEntropy(
  Z: usize, A: usize, panel: usize, labels: usize, losses: usize, predicted: usize, sums: usize,
  units: i32, columns: i32,
): void {
  for (let c: usize = 0; c < <usize>columns; c++) {
    const at = c * LANES_BYTES;
    shift(Z + at, A + at, panel, units);
    store<f32>(losses + (c << 2), load<f32>(A + at + placeOf(load<u16>(labels + (c << 1)), panel)));
  }
  for (let u = 0; u < units; u += PANEL) exponentials(A + placeOf(u, panel), columns);
  for (let c: usize = 0; c < <usize>columns; c += 4) {
    const sum = sumFour(A + c * LANES_BYTES, panel, units);
    v128.store(sums + (c << 2), sum);
    v128.store(losses + (c << 2), f32x4.sub(log4(sum), v128.load(losses + (c << 2))));
  }
  for (let c: usize = 0; c < <usize>columns; c++) {
    const row = divide(A + c * LANES_BYTES, panel, load<f32>(sums + (c << 2)), units);
    store<u16>(predicted + (c << 1), <u16>row);
  }
}

/** A = Z - the largest of Z, for one column; -Infinity beyond the units. */
function shift(Z: usize, A: usize, panel: usize, units: i32): void {
  const least = f32x4.splat(-Infinity);
  let max = least;
  for (let u = 0; u < units; u += 4) max = f32x4.pmax(max, realLanes(v128.load(Z + placeOf(u, panel)), least, u, units));
  max = largestLane(max);
  for (let u = 0; u < units; u += PANEL) {
    const at = placeOf(u, panel);
    for (let j = 0; j < PANEL; j += 4) {
      const shifted = f32x4.sub(v128.load(Z + at + (<usize>j << 2)), max);
      v128.store(A + at + (<usize>j << 2), realLanes(shifted, least, u + j, units));
    }
  }
}

/** A = exp(A) on a panel. */
function exponentials(A: usize, columns: i32): void {
  for (const end = A + <usize>columns * LANES_BYTES; A < end; A += 32) {
    const e0 = exp4(v128.load(A)), e1 = exp4(v128.load(A, 16));
    v128.store(A, e0);
    v128.store(A, e1, 16);
  }
}

/** The sums of four columns, each in the order of its rows: lanes are columns. */
function sumFour(A: usize, panel: usize, units: i32): v128 {
  let sum = f32x4.splat(0);
  for (let u = 0; u < units; u += 4) {
    const at = A + placeOf(u, panel);
    const r0 = v128.load(at), r1 = v128.load(at, 64), r2 = v128.load(at, 128), r3 = v128.load(at, 192);
    const a = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5), b = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5);
    const c = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7), d = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
    // Rows beyond the units hold exp(-Infinity) = 0, which changes no sum.
    sum = f32x4.add(sum, v128.shuffle<i32>(a, b, 0, 1, 4, 5));
    sum = f32x4.add(sum, v128.shuffle<i32>(a, b, 2, 3, 6, 7));
    sum = f32x4.add(sum, v128.shuffle<i32>(c, d, 0, 1, 4, 5));
    sum = f32x4.add(sum, v128.shuffle<i32>(c, d, 2, 3, 6, 7));
  }
  return sum;
}

/** Divides a column by its sum. @returns the first row of those with the largest quotient */
function divide(A: usize, panel: usize, sum: f32, units: i32): i32 {
  const divisor = f32x4.splat(sum);
  let max = f32x4.splat(-Infinity);
  for (let u = 0; u < units; u += 4) {
    const at = A + placeOf(u, panel);
    const quotient = f32x4.div(v128.load(at), divisor);
    v128.store(at, quotient);
    max = f32x4.pmax(max, quotient);
  }
  max = largestLane(max);
  for (let u = 0; u < units; u += 4) {
    const equal = i32x4.bitmask(f32x4.eq(v128.load(A + placeOf(u, panel)), max));
    if (equal) return u + ctz(equal);
  }
  return 0;
}

export function subtractOneHot(A: usize, dZ: usize, panel: usize, labels: usize, units: i32, columns: i32): void {
  for (let u = 0; u < units; u += PANEL) copyPanel(A + placeOf(u, panel), dZ + placeOf(u, panel), columns);
  for (let c: usize = 0; c < <usize>columns; c++) {
    const at = dZ + c * LANES_BYTES + placeOf(load<u16>(labels + (c << 1)), panel);
    store<f32>(at, load<f32>(at) - 1);
  }
}

function copyPanel(from: usize, to: usize, columns: i32): void {
  for (const end = from + <usize>columns * LANES_BYTES; from < end; from += 32, to += 32) {
    const a0 = v128.load(from), a1 = v128.load(from, 16);
    v128.store(to, a0);
    v128.store(to, a1, 16);
  }
}
