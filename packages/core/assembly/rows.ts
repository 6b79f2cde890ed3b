/**
 * Sums dW of a first layer in panels, of which some rows are not there: an input that is zero in every example
 * at hand, such as a corner of a picture, has a row of zeros in dW. It is neither written nor added, nor
 * does its row of W change.
 *
 * Behind the panels of such a dW stand bits, [units / 16][inputs / 64] u64, one for each row of a panel. A row
 * whose bit is not set is zero, whatever lies in its place.
 *
 * A sum that starts from 0 never becomes -0 (see zeros.ts), so 0 + x is x for every x that is added here; and
 * w - alpha ((0 / m) factor) is w.
 */
import { LANES_BYTES } from "./layout";

/** A word's rows, in bytes from one word to the next: 64 of 64 bytes. */
const WORD_SHIFT: usize = 12;

/** How many words there are for a panel. */
// @ts-ignore: decorator
@inline
function wordsOf(inputs: i32): i32 {
  return (inputs + 63) >> 6;
}

/** A bit for each of the word's inputs. */
// @ts-ignore: decorator
@inline
function allOf(word: i32, inputs: i32): u64 {
  const left = inputs - (word << 6);
  return left >= 64 ? ~(<u64>0) : ((<u64>1) << left) - 1;
}

/** Whether one of four rows from `k` on is there, k a multiple of four. */
// @ts-ignore: decorator
@inline
export function areThere(bits: usize, k: i32): bool {
  return (((<i32>load<u8>(bits + <usize>(k >> 3))) >> (k & 4)) & 15) != 0;
}

/**
 * Notes which rows of a panel are there from now on.
 * @param written bits like `bits`, or 0: all
 * @param goesOn whether those that were there stay
 */
export function noteRows(bits: usize, written: usize, goesOn: bool, inputs: i32): void {
  for (let word = 0; word < wordsOf(inputs); word++, bits += 8) {
    const now = written == 0 ? allOf(word, inputs) : load<u64>(written + (<usize>word << 3));
    store<u64>(bits, goesOn ? load<u64>(bits) | now : now);
  }
}

/**
 * into += from.
 * @param bits where they are, from the begin of each
 * @param first, end which of the words: those of the first panel, of the second, ...
 */
export function addRows(
  into: usize, from: usize, bits: usize, wPanel: usize, inputs: i32, first: i32, end: i32,
): void {
  const words = wordsOf(inputs);
  for (let i = first; i < end; i++) {
    const at = <usize>(i / words) * wPanel + (<usize>(i % words) << WORD_SHIFT);
    const word = bits + (<usize>i << 3);
    const there = load<u64>(into + word), coming = load<u64>(from + word);
    addEach(into + at, from + at, there & coming);
    copyEach(into + at, from + at, coming & ~there);
    store<u64>(into + word, there | coming);
  }
}

function addEach(into: usize, from: usize, rows: u64): void {
  for (; rows != 0; rows &= rows - 1) {
    const at = <usize>ctz(rows) * LANES_BYTES;
    const a = into + at, b = from + at;
    // repeat $J = 4
    const s$J = f32x4.add(v128.load(a, 16 * $J), v128.load(b, 16 * $J));
    // end $J
    // repeat $J = 4
    v128.store(a, s$J, 16 * $J);
    // end $J
  }
}

function copyEach(into: usize, from: usize, rows: u64): void {
  for (; rows != 0; rows &= rows - 1) {
    const at = <usize>ctz(rows) * LANES_BYTES;
    const a = into + at, b = from + at;
    // repeat $J = 4
    const s$J = v128.load(b, 16 * $J);
    // end $J
    // repeat $J = 4
    v128.store(a, s$J, 16 * $J);
    // end $J
  }
}

/**
 * W = W - alpha ((sum / m) factor), scaled = factor W, and what {@link scale} leaves behind the scaled weights.
 * @param bits where they are, from the begin of sum
 * @param tail behind the scaled weights
 */
export function descendRows(
  W: usize, sum: usize, bits: usize, wPanel: usize, units: i32, inputs: i32, m: f32, factor: f32, alpha: f32,
  scaled: usize, tail: usize,
): void {
  const inverse: f32 = 1 / m;
  const isPower = (reinterpret<u32>(m) & 0x007fffff) == 0;
  bits += sum;
  for (let u = 0; u < units; u += 16, W += wPanel, sum += wPanel, scaled += wPanel) {
    for (let word = 0; word < wordsOf(inputs); word++, bits += 8) {
      const at = <usize>word << WORD_SHIFT;
      const rows = load<u64>(bits);
      if (isPower) descend_mul(W + at, sum + at, rows, inverse, factor, alpha);
      else descend_div(W + at, sum + at, rows, m, factor, alpha);
      scaleEach(W + at, rows, factor, scaled + at, tail);
    }
  }
}

// for each $O of mul, div
function descend_$O(W: usize, sum: usize, rows: u64, m: f32, factor: f32, alpha: f32): void {
  const d = f32x4.splat(m), f = f32x4.splat(factor), a = f32x4.splat(alpha);
  for (; rows != 0; rows &= rows - 1) {
    const at = <usize>ctz(rows) * LANES_BYTES;
    const w = W + at, s = sum + at;
    // repeat $J = 4
    const v$J = f32x4.sub(
      v128.load(w, 16 * $J), f32x4.mul(a, f32x4.mul(f32x4.$O(v128.load(s, 16 * $J), d), f)),
    );
    // end $J
    // repeat $J = 4
    v128.store(w, v$J, 16 * $J);
    // end $J
  }
}

// end $O
function scaleEach(W: usize, rows: u64, factor: f32, out: usize, tail: usize): void {
  const f = f32x4.splat(factor), zero = f32x4.splat(0);
  let z0 = v128.load(tail), z1 = v128.load(tail, 16), z2 = zero, z3 = zero;
  for (; rows != 0; rows &= rows - 1) {
    const at = <usize>ctz(rows) * LANES_BYTES;
    const w = W + at, x = out + at;
    // repeat $J = 4
    const x$J = f32x4.mul(v128.load(w, 16 * $J), f);
    // end $J
    // repeat $J = 4
    z$J = f32x4.add(z$J, f32x4.mul(x$J, zero));
    // end $J
    // repeat $J = 4
    v128.store(x, x$J, 16 * $J);
    // end $J
  }
  v128.store(tail, f32x4.add(z0, z2));
  v128.store(tail, f32x4.add(z1, z3), 16);
}
