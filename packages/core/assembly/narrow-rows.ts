/**
 * The inner loops of a narrow first layer's gradient: some inputs of some units, over examples.
 * Sums start from rows `startRow` bytes apart at `start` and go to rows `wRow` apart at dW.
 */

/** dW[u][k] += dZ[u, c] A[k, c] for five units and sixteen inputs, columns in index order. */
export function rows5x16(
  dZ: usize, A: usize, aRow: usize, columns: i32, start: usize, startRow: usize, dW: usize, wRow: usize,
): void {
  // repeat $U = 5
  const t$U = start + $U * startRow;
  // repeat $V = 4
  let w$U$V = v128.load(t$U, 16 * $V);
  // end $V
  // end $U
  const end = dZ + (<usize>columns << 6);
  const bulk = dZ + (<usize>(columns & ~3) << 6);
  while (dZ < bulk) {
    // repeat $K = 4, each in a scope of its own
    const x = A + $K * aRow;
    // repeat $V = 4
    const a$V = v128.load(x, 16 * $V);
    // end $V
    // repeat $U = 5
    const e$U = v128.load_splat<f32>(dZ, 64 * $K + 4 * $U);
    // repeat $V = 4
    w$U$V = f32x4.add(w$U$V, f32x4.mul(a$V, e$U));
    // end $V
    // end $U
    // end $K
    dZ += 256;
    A += 4 * aRow;
  }
  for (; dZ < end; dZ += 64, A += aRow) {
    // repeat $V = 4
    const a$V = v128.load(A, 16 * $V);
    // end $V
    // repeat $U = 5
    const e$U = v128.load_splat<f32>(dZ, 4 * $U);
    // repeat $V = 4
    w$U$V = f32x4.add(w$U$V, f32x4.mul(a$V, e$U));
    // end $V
    // end $U
  }
  // repeat $U = 5
  const d$U = dW + $U * wRow;
  // end $U
  // repeat $U = 5
  // repeat $V = 4
  v128.store(d$U, w$U$V, 16 * $V);
  // end $V
  // end $U
}

/** dW[u][k] += dZ[u, c] A[k, c] for four units and sixteen inputs, columns in index order. */
export function rows4x16(
  dZ: usize, A: usize, aRow: usize, columns: i32, start: usize, startRow: usize, dW: usize, wRow: usize,
): void {
  // repeat $U = 4
  const t$U = start + $U * startRow;
  // repeat $V = 4
  let w$U$V = v128.load(t$U, 16 * $V);
  // end $V
  // end $U
  const end = dZ + (<usize>columns << 6);
  const bulk = dZ + (<usize>(columns & ~3) << 6);
  while (dZ < bulk) {
    // repeat $K = 4, each in a scope of its own
    const x = A + $K * aRow;
    // repeat $V = 4
    const a$V = v128.load(x, 16 * $V);
    // end $V
    // repeat $U = 4
    const e$U = v128.load_splat<f32>(dZ, 64 * $K + 4 * $U);
    // repeat $V = 4
    w$U$V = f32x4.add(w$U$V, f32x4.mul(a$V, e$U));
    // end $V
    // end $U
    // end $K
    dZ += 256;
    A += 4 * aRow;
  }
  for (; dZ < end; dZ += 64, A += aRow) {
    // repeat $V = 4
    const a$V = v128.load(A, 16 * $V);
    // end $V
    // repeat $U = 4
    const e$U = v128.load_splat<f32>(dZ, 4 * $U);
    // repeat $V = 4
    w$U$V = f32x4.add(w$U$V, f32x4.mul(a$V, e$U));
    // end $V
    // end $U
  }
  // repeat $U = 4
  const d$U = dW + $U * wRow;
  // end $U
  // repeat $U = 4
  // repeat $V = 4
  v128.store(d$U, w$U$V, 16 * $V);
  // end $V
  // end $U
}

/** dW[u][k] += dZ[u, c] A[k, c] for five units and eight inputs, columns in index order. */
export function rows5x8(
  dZ: usize, A: usize, aRow: usize, columns: i32, start: usize, startRow: usize, dW: usize, wRow: usize,
): void {
  // repeat $U = 5
  const t$U = start + $U * startRow;
  // repeat $V = 2
  let w$U$V = v128.load(t$U, 16 * $V);
  // end $V
  // end $U
  const end = dZ + (<usize>columns << 6);
  for (; dZ < end; dZ += 64, A += aRow) {
    // repeat $V = 2
    const a$V = v128.load(A, 16 * $V);
    // end $V
    // repeat $U = 5
    const e$U = v128.load_splat<f32>(dZ, 4 * $U);
    // repeat $V = 2
    w$U$V = f32x4.add(w$U$V, f32x4.mul(a$V, e$U));
    // end $V
    // end $U
  }
  // repeat $U = 5
  const d$U = dW + $U * wRow;
  // end $U
  // repeat $U = 5
  // repeat $V = 2
  v128.store(d$U, w$U$V, 16 * $V);
  // end $V
  // end $U
}

/** dW[u][k] += dZ[u, c] A[k, c] for four units and eight inputs, columns in index order. */
export function rows4x8(
  dZ: usize, A: usize, aRow: usize, columns: i32, start: usize, startRow: usize, dW: usize, wRow: usize,
): void {
  // repeat $U = 4
  const t$U = start + $U * startRow;
  // repeat $V = 2
  let w$U$V = v128.load(t$U, 16 * $V);
  // end $V
  // end $U
  const end = dZ + (<usize>columns << 6);
  for (; dZ < end; dZ += 64, A += aRow) {
    // repeat $V = 2
    const a$V = v128.load(A, 16 * $V);
    // end $V
    // repeat $U = 4
    const e$U = v128.load_splat<f32>(dZ, 4 * $U);
    // repeat $V = 2
    w$U$V = f32x4.add(w$U$V, f32x4.mul(a$V, e$U));
    // end $V
    // end $U
  }
  // repeat $U = 4
  const d$U = dW + $U * wRow;
  // end $U
  // repeat $U = 4
  // repeat $V = 2
  v128.store(d$U, w$U$V, 16 * $V);
  // end $V
  // end $U
}
