/** Computes A = softmax(Z), the cross-entropies, the predicted classes, and dZ = A - Y, on panels. */
import { COLUMNS_PANEL_BYTES, LANES_BYTES, PANEL, SCRATCH_SUMS } from "./constants";
import { exp4, log4 } from "./elementary";
import { transpose4x4 } from "./transpose";

/** The number of columns processed at a time. */
const GROUP: i32 = 8;
/** The bytes of one row of these columns, and of a panel's rows. */
const ROW: usize = 32;
const ROWS: usize = 512;

// @ts-ignore: decorator
@inline
function placeOf(row: i32): usize {
  return <usize>(row >> 4) * COLUMNS_PANEL_BYTES + (<usize>(row & 15) << 2);
}

/**
 * Sums run along the rows of a column, so lanes are columns, eight at a time. The part of a panel with these columns is
 * transposed, [8][16] to [16][8], into the memory of A, and transposed back with the division.
 * @param labels, predicted u16, [columns]
 * @param losses f32, [columns]
 */
export function softmaxCrossEntropy(
  Z: usize, A: usize, labels: usize, losses: usize, predicted: usize, units: i32, columns: i32, scratch: usize,
): void {
  // All are transposed before the first use, because a load waits for earlier stores to parts of it.
  for (let u = 0; u < units; u += PANEL) {
    const at = placeOf(u);
    columnsToRows(Z + at, A + at, min(PANEL, units - u), columns);
  }
  const max = scratch + SCRATCH_SUMS, shifted = max + ROW, sum = shifted + ROW, best = sum + ROW, quotients = best + ROW;
  for (let c = 0; c < columns; c += GROUP) {
    const group = A + <usize>c * LANES_BYTES;
    findLargest(group, units, max);
    shiftLabelled(Z + <usize>c * LANES_BYTES, labels + (<usize>c << 1), min(GROUP, columns - c), max, shifted);
    exponentials(group, units, max, sum);
    entropies(sum, shifted, losses + (<usize>c << 2));
    divide(group, units, sum, quotients, best);
    const b0 = v128.load(best), b1 = v128.load(best, 16);
    v128.store(predicted + (<usize>c << 1), i16x8.narrow_i32x4_u(b0, b1));
  }
}

/** Transposes a panel's columns, group by group; only `count` of the rows are valid. */
function columnsToRows(panel: usize, rows: usize, count: i32, columns: i32): void {
  for (let c = 0; c < columns; c += GROUP, panel += ROWS, rows += ROWS) {
    for (let r: usize = 0; r < <usize>count; r += 4) {
      transpose4x4(panel + (r << 2), LANES_BYTES, rows + r * ROW, ROW);
      transpose4x4(panel + 4 * LANES_BYTES + (r << 2), LANES_BYTES, rows + r * ROW + 16, ROW);
    }
  }
}

/** Transposes rows back to columns of a panel. */
function rowsToColumns(rows: usize, columns: usize): void {
  for (const end = rows + ROWS; rows < end; rows += 4 * ROW, columns += 16) {
    transpose4x4(rows, ROW, columns, LANES_BYTES);
    transpose4x4(rows + 16, ROW, columns + 4 * LANES_BYTES, LANES_BYTES);
  }
}

/** Computes the maximum of each column. It starts from the first number, which stays unless another is larger. */
function findLargest(A: usize, units: i32, max: usize): void {
  let m0 = v128.load(A), m1 = v128.load(A, 16);
  for (; units > 0; units -= PANEL, A += COLUMNS_PANEL_BYTES) {
    for (let a = A, end = A + <usize>min(PANEL, units) * ROW; a < end; a += ROW) {
      m0 = f32x4.pmax(m0, v128.load(a));
      m1 = f32x4.pmax(m1, v128.load(a, 16));
    }
  }
  v128.store(max, m0);
  v128.store(max, m1, 16);
}

/** shifted = Z[label] - max of each column. */
function shiftLabelled(Z: usize, labels: usize, columns: i32, max: usize, shifted: usize): void {
  for (const end = max + (<usize>columns << 2); max < end; max += 4, shifted += 4, labels += 2, Z += LANES_BYTES) {
    store<f32>(shifted, load<f32>(Z + placeOf(load<u16>(labels))) - load<f32>(max));
  }
}

/** A = exp(A - max), and sums each column in the order of its rows. */
function exponentials(A: usize, units: i32, max: usize, sum: usize): void {
  const m0 = v128.load(max), m1 = v128.load(max, 16);
  let s0 = f32x4.splat(0), s1 = f32x4.splat(0);
  for (; units > 0; units -= PANEL, A += COLUMNS_PANEL_BYTES) {
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
 * Divides each column by its sum, and transposes it back.
 * @param quotients a buffer for a panel's rows
 * @param best receives the first row with the largest quotient of each column, [8] i32
 */
function divide(A: usize, units: i32, sum: usize, quotients: usize, best: usize): void {
  const zero = i32x4.splat(0);
  const s0 = v128.load(sum), s1 = v128.load(sum, 16);
  let m0 = f32x4.div(v128.load(A), s0), m1 = f32x4.div(v128.load(A, 16), s1);
  let b0 = zero, b1 = zero;
  for (let row = 0; row < units; A += COLUMNS_PANEL_BYTES) {
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
    rowsToColumns(quotients, A);
  }
  v128.store(best, b0);
  v128.store(best, b1, 16);
}

export function subtractOneHot(A: usize, dZ: usize, labels: usize, units: i32, columns: i32): void {
  for (let u = 0; u < units; u += PANEL) copyPanel(A + placeOf(u), dZ + placeOf(u), columns);
  for (let c: usize = 0; c < <usize>columns; c++) {
    const at = dZ + c * LANES_BYTES + placeOf(load<u16>(labels + (c << 1)));
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
