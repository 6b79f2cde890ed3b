/** A = softmax(Z), the cross-entropies, the predicted classes, and dZ = A - Y, on panels. */
import { exp4, log4 } from "./elementary";
import { LANES_BYTES, PANEL } from "./layout";
import { turnFour } from "./turn";

/** Columns that are worked on at a time. */
const GROUP: i32 = 8;
/** Bytes of one row of them, and of a panel's rows. */
const ROW: usize = 32;
const ROWS: usize = 512;

// @ts-ignore: decorator
@inline
function placeOf(row: i32, panel: usize): usize {
  return <usize>(row >> 4) * panel + (<usize>(row & 15) << 2);
}

/**
 * Sums run along the rows of a column: so lanes are columns, eight at a time. What a panel holds of them is turned,
 * [8][16] to [16][8], in the place of A, and turned back with the division.
 * @param labels, predicted u16, [columns]
 * @param losses f32, [columns]
 * @param scratch room for 640 bytes
 */
export function softmaxCrossEntropy(
  Z: usize, A: usize, panel: usize, labels: usize, losses: usize, predicted: usize, scratch: usize,
  units: i32, columns: i32,
): void {
  // All before the first use: a load waits for stores of parts of it.
  for (let u = 0; u < units; u += PANEL) {
    const at = placeOf(u, panel);
    turnIn(Z + at, A + at, min(PANEL, units - u), columns);
  }
  const max = scratch, shifted = max + ROW, sum = shifted + ROW, best = sum + ROW, quotients = best + ROW;
  for (let c = 0; c < columns; c += GROUP) {
    const group = A + <usize>c * LANES_BYTES;
    findLargest(group, panel, units, max);
    shiftLabelled(Z + <usize>c * LANES_BYTES, panel, labels + (<usize>c << 1), min(GROUP, columns - c), max, shifted);
    exponentials(group, panel, units, max, sum);
    entropies(sum, shifted, losses + (<usize>c << 2));
    divide(group, panel, units, sum, quotients, best);
    const b0 = v128.load(best), b1 = v128.load(best, 16);
    v128.store(predicted + (<usize>c << 1), i16x8.narrow_i32x4_u(b0, b1));
  }
}

/** Turns a panel's columns into rows, group by group; `count` of the rows mean something. */
function turnIn(panel: usize, rows: usize, count: i32, columns: i32): void {
  for (let c = 0; c < columns; c += GROUP, panel += ROWS, rows += ROWS) {
    for (let r: usize = 0; r < <usize>count; r += 4) {
      turnFour(panel + (r << 2), LANES_BYTES, rows + r * ROW, ROW);
      turnFour(panel + 4 * LANES_BYTES + (r << 2), LANES_BYTES, rows + r * ROW + 16, ROW);
    }
  }
}

/** Turns rows back into columns of a panel. */
function turnOut(rows: usize, columns: usize): void {
  for (const end = rows + ROWS; rows < end; rows += 4 * ROW, columns += 16) {
    turnFour(rows, ROW, columns, LANES_BYTES);
    turnFour(rows + 16, ROW, columns + 4 * LANES_BYTES, LANES_BYTES);
  }
}

/** The first number of each column, unless another is larger. */
function findLargest(A: usize, panel: usize, units: i32, max: usize): void {
  let m0 = v128.load(A), m1 = v128.load(A, 16);
  for (; units > 0; units -= PANEL, A += panel) {
    for (let a = A, end = A + <usize>min(PANEL, units) * ROW; a < end; a += ROW) {
      m0 = f32x4.pmax(m0, v128.load(a));
      m1 = f32x4.pmax(m1, v128.load(a, 16));
    }
  }
  v128.store(max, m0);
  v128.store(max, m1, 16);
}

/** shifted = Z[label] - max of each column. */
function shiftLabelled(Z: usize, panel: usize, labels: usize, columns: i32, max: usize, shifted: usize): void {
  for (const end = max + (<usize>columns << 2); max < end; max += 4, shifted += 4, labels += 2, Z += LANES_BYTES) {
    store<f32>(shifted, load<f32>(Z + placeOf(load<u16>(labels), panel)) - load<f32>(max));
  }
}

/** A = exp(A - max), and the sum of each column in the order of its rows. */
function exponentials(A: usize, panel: usize, units: i32, max: usize, sum: usize): void {
  const m0 = v128.load(max), m1 = v128.load(max, 16);
  let s0 = f32x4.splat(0), s1 = f32x4.splat(0);
  for (; units > 0; units -= PANEL, A += panel) {
    for (let a = A, end = A + <usize>min(PANEL, units) * ROW; a < end; a += ROW) {
      const e0 = exp4(f32x4.sub(v128.load(a), m0)), e1 = exp4(f32x4.sub(v128.load(a, 16), m1));
      v128.store(a, e0);
      v128.store(a, e1, 16);
      s0 = f32x4.add(s0, e0);
      s1 = f32x4.add(s1, e1);
    }
  }
  v128.store(sum, s0);
  v128.store(sum, s1, 16);
}

/** losses = log(sum) - shifted. */
function entropies(sum: usize, shifted: usize, losses: usize): void {
  const l0 = f32x4.sub(log4(v128.load(sum)), v128.load(shifted));
  const l1 = f32x4.sub(log4(v128.load(sum, 16)), v128.load(shifted, 16));
  v128.store(losses, l0);
  v128.store(losses, l1, 16);
}

/**
 * Divides each column by its sum, and turns it back.
 * @param quotients room for a panel's rows
 * @param best receives the first row of those with the largest quotient, [8] i32
 */
function divide(A: usize, panel: usize, units: i32, sum: usize, quotients: usize, best: usize): void {
  const zero = i32x4.splat(0);
  const s0 = v128.load(sum), s1 = v128.load(sum, 16);
  let m0 = f32x4.div(v128.load(A), s0), m1 = f32x4.div(v128.load(A, 16), s1);
  let b0 = zero, b1 = zero;
  for (let row = 0; row < units; A += panel) {
    const rows = min(PANEL, units - row);
    let q = quotients;
    for (let a = A, end = A + <usize>rows * ROW; a < end; a += ROW, q += ROW, row++) {
      const q0 = f32x4.div(v128.load(a), s0), q1 = f32x4.div(v128.load(a, 16), s1);
      v128.store(q, q0);
      v128.store(q, q1, 16);
      b0 = v128.bitselect(i32x4.splat(row), b0, f32x4.gt(q0, m0));
      b1 = v128.bitselect(i32x4.splat(row), b1, f32x4.gt(q1, m1));
      m0 = f32x4.pmax(m0, q0);
      m1 = f32x4.pmax(m1, q1);
    }
    // Rows beyond the units are zero.
    for (const end = quotients + ROWS; q < end; q += ROW) {
      v128.store(q, zero);
      v128.store(q, zero, 16);
    }
    turnOut(quotients, A);
  }
  v128.store(best, b0);
  v128.store(best, b1, 16);
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
