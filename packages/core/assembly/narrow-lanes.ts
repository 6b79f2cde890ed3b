/**
 * The inner loops of a narrow first layer's forward pass: the lane sums of some units and examples.
 *
 *   lane j of unit u   sum of W[u][k] x[k] over k = j, j + 8, j + 16, ..., in order
 *
 * Sums are stored, not folded: V8 finds pairs for 256-bit operations by looking from stores.
 */

/** The lane sums of five units and two examples: at `sums`, 32 bytes each, example after example. */
export function lanes5x2(W: usize, row: usize, A: usize, sums: usize): void {
  // repeat $E = 2
  // repeat $U = 5
  let s$E$U0 = f32x4.splat(0), s$E$U1 = f32x4.splat(0);
  // end $U
  // end $E
  for (let k: usize = 0; k < row; k += 64) {
    const p0 = W + k, p1 = p0 + row, p2 = p1 + row, p3 = p2 + row, p4 = p3 + row;
    const x0 = A + k, x1 = x0 + row;
    // repeat $K = 2, each in a scope of its own
    // repeat $E = 2
    const a$E0 = v128.load(x$E, 32 * $K), a$E1 = v128.load(x$E, 32 * $K + 16);
    // end $E
    // repeat $U = 5
    const w$U0 = v128.load(p$U, 32 * $K), w$U1 = v128.load(p$U, 32 * $K + 16);
    // repeat $E = 2
    s$E$U0 = f32x4.add(s$E$U0, f32x4.mul(w$U0, a$E0));
    s$E$U1 = f32x4.add(s$E$U1, f32x4.mul(w$U1, a$E1));
    // end $E
    // end $U
    // end $K
  }
  // repeat $E = 2
  // repeat $U = 5
  v128.store(sums, s$E$U0, 32 * (5 * $E + $U));
  v128.store(sums, s$E$U1, 32 * (5 * $E + $U) + 16);
  // end $U
  // end $E
}

/** The lane sums of four units and two examples: at `sums`, 32 bytes each, example after example. */
export function lanes4x2(W: usize, row: usize, A: usize, sums: usize): void {
  // repeat $E = 2
  // repeat $U = 4
  let s$E$U0 = f32x4.splat(0), s$E$U1 = f32x4.splat(0);
  // end $U
  // end $E
  for (let k: usize = 0; k < row; k += 64) {
    const p0 = W + k, p1 = p0 + row, p2 = p1 + row, p3 = p2 + row;
    const x0 = A + k, x1 = x0 + row;
    // repeat $K = 2, each in a scope of its own
    // repeat $E = 2
    const a$E0 = v128.load(x$E, 32 * $K), a$E1 = v128.load(x$E, 32 * $K + 16);
    // end $E
    // repeat $U = 4
    const w$U0 = v128.load(p$U, 32 * $K), w$U1 = v128.load(p$U, 32 * $K + 16);
    // repeat $E = 2
    s$E$U0 = f32x4.add(s$E$U0, f32x4.mul(w$U0, a$E0));
    s$E$U1 = f32x4.add(s$E$U1, f32x4.mul(w$U1, a$E1));
    // end $E
    // end $U
    // end $K
  }
  // repeat $E = 2
  // repeat $U = 4
  v128.store(sums, s$E$U0, 32 * (4 * $E + $U));
  v128.store(sums, s$E$U1, 32 * (4 * $E + $U) + 16);
  // end $U
  // end $E
}

/** The lane sums of five units and one example: at `sums`, 32 bytes each, example after example. */
export function lanes5x1(W: usize, row: usize, A: usize, sums: usize): void {
  // repeat $E = 1
  // repeat $U = 5
  let s$E$U0 = f32x4.splat(0), s$E$U1 = f32x4.splat(0);
  // end $U
  // end $E
  for (let k: usize = 0; k < row; k += 32) {
    const p0 = W + k, p1 = p0 + row, p2 = p1 + row, p3 = p2 + row, p4 = p3 + row;
    const x0 = A + k;
    // repeat $E = 1
    const a$E0 = v128.load(x$E, 0), a$E1 = v128.load(x$E, 16);
    // end $E
    // repeat $U = 5
    const w$U0 = v128.load(p$U, 0), w$U1 = v128.load(p$U, 16);
    // repeat $E = 1
    s$E$U0 = f32x4.add(s$E$U0, f32x4.mul(w$U0, a$E0));
    s$E$U1 = f32x4.add(s$E$U1, f32x4.mul(w$U1, a$E1));
    // end $E
    // end $U
  }
  // repeat $E = 1
  // repeat $U = 5
  v128.store(sums, s$E$U0, 32 * (5 * $E + $U));
  v128.store(sums, s$E$U1, 32 * (5 * $E + $U) + 16);
  // end $U
  // end $E
}

/** The lane sums of four units and one example: at `sums`, 32 bytes each, example after example. */
export function lanes4x1(W: usize, row: usize, A: usize, sums: usize): void {
  // repeat $E = 1
  // repeat $U = 4
  let s$E$U0 = f32x4.splat(0), s$E$U1 = f32x4.splat(0);
  // end $U
  // end $E
  for (let k: usize = 0; k < row; k += 32) {
    const p0 = W + k, p1 = p0 + row, p2 = p1 + row, p3 = p2 + row;
    const x0 = A + k;
    // repeat $E = 1
    const a$E0 = v128.load(x$E, 0), a$E1 = v128.load(x$E, 16);
    // end $E
    // repeat $U = 4
    const w$U0 = v128.load(p$U, 0), w$U1 = v128.load(p$U, 16);
    // repeat $E = 1
    s$E$U0 = f32x4.add(s$E$U0, f32x4.mul(w$U0, a$E0));
    s$E$U1 = f32x4.add(s$E$U1, f32x4.mul(w$U1, a$E1));
    // end $E
    // end $U
  }
  // repeat $E = 1
  // repeat $U = 4
  v128.store(sums, s$E$U0, 32 * (4 * $E + $U));
  v128.store(sums, s$E$U1, 32 * (4 * $E + $U) + 16);
  // end $U
  // end $E
}
