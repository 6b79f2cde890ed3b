/**
 * The inner loops of a narrow first layer's gradient: some inputs of some units, over examples.
 * Sums start from rows `startRow` bytes apart at `start` and go to rows `wRow` apart at dW.
 */

/** dW[u][k] += dZ[u, c] A[k, c] for 5 units and 16 inputs, columns in index order. */
export function rows5x16(dZ: usize, A: usize, aRow: usize, columns: i32, start: usize, startRow: usize, dW: usize, wRow: usize): void {
  const t1 = start + 1 * startRow;
  const t2 = start + 2 * startRow;
  const t3 = start + 3 * startRow;
  const t4 = start + 4 * startRow;
  let w00 = v128.load(start), w01 = v128.load(start, 16), w02 = v128.load(start, 32), w03 = v128.load(start, 48);
  let w10 = v128.load(t1), w11 = v128.load(t1, 16), w12 = v128.load(t1, 32), w13 = v128.load(t1, 48);
  let w20 = v128.load(t2), w21 = v128.load(t2, 16), w22 = v128.load(t2, 32), w23 = v128.load(t2, 48);
  let w30 = v128.load(t3), w31 = v128.load(t3, 16), w32 = v128.load(t3, 32), w33 = v128.load(t3, 48);
  let w40 = v128.load(t4), w41 = v128.load(t4, 16), w42 = v128.load(t4, 32), w43 = v128.load(t4, 48);
  const end = dZ + (<usize>columns << 6);
  const bulk = dZ + (<usize>(columns & ~3) << 6);
  while (dZ < bulk) {
    // unroll K = 4
    const x = A + K * aRow;
    const a0 = v128.load(x), a1 = v128.load(x, 16), a2 = v128.load(x, 32), a3 = v128.load(x, 48);
    const e0 = v128.load_splat<f32>(dZ, K * 64);
    w00 = f32x4.add(w00, f32x4.mul(a0, e0));
    w01 = f32x4.add(w01, f32x4.mul(a1, e0));
    w02 = f32x4.add(w02, f32x4.mul(a2, e0));
    w03 = f32x4.add(w03, f32x4.mul(a3, e0));
    const e1 = v128.load_splat<f32>(dZ, K * 64 + 4);
    w10 = f32x4.add(w10, f32x4.mul(a0, e1));
    w11 = f32x4.add(w11, f32x4.mul(a1, e1));
    w12 = f32x4.add(w12, f32x4.mul(a2, e1));
    w13 = f32x4.add(w13, f32x4.mul(a3, e1));
    const e2 = v128.load_splat<f32>(dZ, K * 64 + 8);
    w20 = f32x4.add(w20, f32x4.mul(a0, e2));
    w21 = f32x4.add(w21, f32x4.mul(a1, e2));
    w22 = f32x4.add(w22, f32x4.mul(a2, e2));
    w23 = f32x4.add(w23, f32x4.mul(a3, e2));
    const e3 = v128.load_splat<f32>(dZ, K * 64 + 12);
    w30 = f32x4.add(w30, f32x4.mul(a0, e3));
    w31 = f32x4.add(w31, f32x4.mul(a1, e3));
    w32 = f32x4.add(w32, f32x4.mul(a2, e3));
    w33 = f32x4.add(w33, f32x4.mul(a3, e3));
    const e4 = v128.load_splat<f32>(dZ, K * 64 + 16);
    w40 = f32x4.add(w40, f32x4.mul(a0, e4));
    w41 = f32x4.add(w41, f32x4.mul(a1, e4));
    w42 = f32x4.add(w42, f32x4.mul(a2, e4));
    w43 = f32x4.add(w43, f32x4.mul(a3, e4));
    // end
    dZ += 256;
    A += 4 * aRow;
  }
  for (; dZ < end; dZ += 64, A += aRow) {
    const a0 = v128.load(A), a1 = v128.load(A, 16), a2 = v128.load(A, 32), a3 = v128.load(A, 48);
    const e0 = v128.load_splat<f32>(dZ);
    w00 = f32x4.add(w00, f32x4.mul(a0, e0));
    w01 = f32x4.add(w01, f32x4.mul(a1, e0));
    w02 = f32x4.add(w02, f32x4.mul(a2, e0));
    w03 = f32x4.add(w03, f32x4.mul(a3, e0));
    const e1 = v128.load_splat<f32>(dZ, 4);
    w10 = f32x4.add(w10, f32x4.mul(a0, e1));
    w11 = f32x4.add(w11, f32x4.mul(a1, e1));
    w12 = f32x4.add(w12, f32x4.mul(a2, e1));
    w13 = f32x4.add(w13, f32x4.mul(a3, e1));
    const e2 = v128.load_splat<f32>(dZ, 8);
    w20 = f32x4.add(w20, f32x4.mul(a0, e2));
    w21 = f32x4.add(w21, f32x4.mul(a1, e2));
    w22 = f32x4.add(w22, f32x4.mul(a2, e2));
    w23 = f32x4.add(w23, f32x4.mul(a3, e2));
    const e3 = v128.load_splat<f32>(dZ, 12);
    w30 = f32x4.add(w30, f32x4.mul(a0, e3));
    w31 = f32x4.add(w31, f32x4.mul(a1, e3));
    w32 = f32x4.add(w32, f32x4.mul(a2, e3));
    w33 = f32x4.add(w33, f32x4.mul(a3, e3));
    const e4 = v128.load_splat<f32>(dZ, 16);
    w40 = f32x4.add(w40, f32x4.mul(a0, e4));
    w41 = f32x4.add(w41, f32x4.mul(a1, e4));
    w42 = f32x4.add(w42, f32x4.mul(a2, e4));
    w43 = f32x4.add(w43, f32x4.mul(a3, e4));
  }
  const d1 = dW + 1 * wRow;
  const d2 = dW + 2 * wRow;
  const d3 = dW + 3 * wRow;
  const d4 = dW + 4 * wRow;
  v128.store(dW, w00);
  v128.store(dW, w01, 16);
  v128.store(dW, w02, 32);
  v128.store(dW, w03, 48);
  v128.store(d1, w10);
  v128.store(d1, w11, 16);
  v128.store(d1, w12, 32);
  v128.store(d1, w13, 48);
  v128.store(d2, w20);
  v128.store(d2, w21, 16);
  v128.store(d2, w22, 32);
  v128.store(d2, w23, 48);
  v128.store(d3, w30);
  v128.store(d3, w31, 16);
  v128.store(d3, w32, 32);
  v128.store(d3, w33, 48);
  v128.store(d4, w40);
  v128.store(d4, w41, 16);
  v128.store(d4, w42, 32);
  v128.store(d4, w43, 48);
}

/** dW[u][k] += dZ[u, c] A[k, c] for 4 units and 16 inputs, columns in index order. */
export function rows4x16(dZ: usize, A: usize, aRow: usize, columns: i32, start: usize, startRow: usize, dW: usize, wRow: usize): void {
  const t1 = start + 1 * startRow;
  const t2 = start + 2 * startRow;
  const t3 = start + 3 * startRow;
  let w00 = v128.load(start), w01 = v128.load(start, 16), w02 = v128.load(start, 32), w03 = v128.load(start, 48);
  let w10 = v128.load(t1), w11 = v128.load(t1, 16), w12 = v128.load(t1, 32), w13 = v128.load(t1, 48);
  let w20 = v128.load(t2), w21 = v128.load(t2, 16), w22 = v128.load(t2, 32), w23 = v128.load(t2, 48);
  let w30 = v128.load(t3), w31 = v128.load(t3, 16), w32 = v128.load(t3, 32), w33 = v128.load(t3, 48);
  const end = dZ + (<usize>columns << 6);
  const bulk = dZ + (<usize>(columns & ~3) << 6);
  while (dZ < bulk) {
    // unroll K = 4
    const x = A + K * aRow;
    const a0 = v128.load(x), a1 = v128.load(x, 16), a2 = v128.load(x, 32), a3 = v128.load(x, 48);
    const e0 = v128.load_splat<f32>(dZ, K * 64);
    w00 = f32x4.add(w00, f32x4.mul(a0, e0));
    w01 = f32x4.add(w01, f32x4.mul(a1, e0));
    w02 = f32x4.add(w02, f32x4.mul(a2, e0));
    w03 = f32x4.add(w03, f32x4.mul(a3, e0));
    const e1 = v128.load_splat<f32>(dZ, K * 64 + 4);
    w10 = f32x4.add(w10, f32x4.mul(a0, e1));
    w11 = f32x4.add(w11, f32x4.mul(a1, e1));
    w12 = f32x4.add(w12, f32x4.mul(a2, e1));
    w13 = f32x4.add(w13, f32x4.mul(a3, e1));
    const e2 = v128.load_splat<f32>(dZ, K * 64 + 8);
    w20 = f32x4.add(w20, f32x4.mul(a0, e2));
    w21 = f32x4.add(w21, f32x4.mul(a1, e2));
    w22 = f32x4.add(w22, f32x4.mul(a2, e2));
    w23 = f32x4.add(w23, f32x4.mul(a3, e2));
    const e3 = v128.load_splat<f32>(dZ, K * 64 + 12);
    w30 = f32x4.add(w30, f32x4.mul(a0, e3));
    w31 = f32x4.add(w31, f32x4.mul(a1, e3));
    w32 = f32x4.add(w32, f32x4.mul(a2, e3));
    w33 = f32x4.add(w33, f32x4.mul(a3, e3));
    // end
    dZ += 256;
    A += 4 * aRow;
  }
  for (; dZ < end; dZ += 64, A += aRow) {
    const a0 = v128.load(A), a1 = v128.load(A, 16), a2 = v128.load(A, 32), a3 = v128.load(A, 48);
    const e0 = v128.load_splat<f32>(dZ);
    w00 = f32x4.add(w00, f32x4.mul(a0, e0));
    w01 = f32x4.add(w01, f32x4.mul(a1, e0));
    w02 = f32x4.add(w02, f32x4.mul(a2, e0));
    w03 = f32x4.add(w03, f32x4.mul(a3, e0));
    const e1 = v128.load_splat<f32>(dZ, 4);
    w10 = f32x4.add(w10, f32x4.mul(a0, e1));
    w11 = f32x4.add(w11, f32x4.mul(a1, e1));
    w12 = f32x4.add(w12, f32x4.mul(a2, e1));
    w13 = f32x4.add(w13, f32x4.mul(a3, e1));
    const e2 = v128.load_splat<f32>(dZ, 8);
    w20 = f32x4.add(w20, f32x4.mul(a0, e2));
    w21 = f32x4.add(w21, f32x4.mul(a1, e2));
    w22 = f32x4.add(w22, f32x4.mul(a2, e2));
    w23 = f32x4.add(w23, f32x4.mul(a3, e2));
    const e3 = v128.load_splat<f32>(dZ, 12);
    w30 = f32x4.add(w30, f32x4.mul(a0, e3));
    w31 = f32x4.add(w31, f32x4.mul(a1, e3));
    w32 = f32x4.add(w32, f32x4.mul(a2, e3));
    w33 = f32x4.add(w33, f32x4.mul(a3, e3));
  }
  const d1 = dW + 1 * wRow;
  const d2 = dW + 2 * wRow;
  const d3 = dW + 3 * wRow;
  v128.store(dW, w00);
  v128.store(dW, w01, 16);
  v128.store(dW, w02, 32);
  v128.store(dW, w03, 48);
  v128.store(d1, w10);
  v128.store(d1, w11, 16);
  v128.store(d1, w12, 32);
  v128.store(d1, w13, 48);
  v128.store(d2, w20);
  v128.store(d2, w21, 16);
  v128.store(d2, w22, 32);
  v128.store(d2, w23, 48);
  v128.store(d3, w30);
  v128.store(d3, w31, 16);
  v128.store(d3, w32, 32);
  v128.store(d3, w33, 48);
}

/** dW[u][k] += dZ[u, c] A[k, c] for 5 units and 8 inputs, columns in index order. */
export function rows5x8(dZ: usize, A: usize, aRow: usize, columns: i32, start: usize, startRow: usize, dW: usize, wRow: usize): void {
  const t1 = start + 1 * startRow;
  const t2 = start + 2 * startRow;
  const t3 = start + 3 * startRow;
  const t4 = start + 4 * startRow;
  let w00 = v128.load(start), w01 = v128.load(start, 16);
  let w10 = v128.load(t1), w11 = v128.load(t1, 16);
  let w20 = v128.load(t2), w21 = v128.load(t2, 16);
  let w30 = v128.load(t3), w31 = v128.load(t3, 16);
  let w40 = v128.load(t4), w41 = v128.load(t4, 16);
  const end = dZ + (<usize>columns << 6);
  for (; dZ < end; dZ += 64, A += aRow) {
    const a0 = v128.load(A), a1 = v128.load(A, 16);
    const e0 = v128.load_splat<f32>(dZ);
    w00 = f32x4.add(w00, f32x4.mul(a0, e0));
    w01 = f32x4.add(w01, f32x4.mul(a1, e0));
    const e1 = v128.load_splat<f32>(dZ, 4);
    w10 = f32x4.add(w10, f32x4.mul(a0, e1));
    w11 = f32x4.add(w11, f32x4.mul(a1, e1));
    const e2 = v128.load_splat<f32>(dZ, 8);
    w20 = f32x4.add(w20, f32x4.mul(a0, e2));
    w21 = f32x4.add(w21, f32x4.mul(a1, e2));
    const e3 = v128.load_splat<f32>(dZ, 12);
    w30 = f32x4.add(w30, f32x4.mul(a0, e3));
    w31 = f32x4.add(w31, f32x4.mul(a1, e3));
    const e4 = v128.load_splat<f32>(dZ, 16);
    w40 = f32x4.add(w40, f32x4.mul(a0, e4));
    w41 = f32x4.add(w41, f32x4.mul(a1, e4));
  }
  const d1 = dW + 1 * wRow;
  const d2 = dW + 2 * wRow;
  const d3 = dW + 3 * wRow;
  const d4 = dW + 4 * wRow;
  v128.store(dW, w00);
  v128.store(dW, w01, 16);
  v128.store(d1, w10);
  v128.store(d1, w11, 16);
  v128.store(d2, w20);
  v128.store(d2, w21, 16);
  v128.store(d3, w30);
  v128.store(d3, w31, 16);
  v128.store(d4, w40);
  v128.store(d4, w41, 16);
}

/** dW[u][k] += dZ[u, c] A[k, c] for 4 units and 8 inputs, columns in index order. */
export function rows4x8(dZ: usize, A: usize, aRow: usize, columns: i32, start: usize, startRow: usize, dW: usize, wRow: usize): void {
  const t1 = start + 1 * startRow;
  const t2 = start + 2 * startRow;
  const t3 = start + 3 * startRow;
  let w00 = v128.load(start), w01 = v128.load(start, 16);
  let w10 = v128.load(t1), w11 = v128.load(t1, 16);
  let w20 = v128.load(t2), w21 = v128.load(t2, 16);
  let w30 = v128.load(t3), w31 = v128.load(t3, 16);
  const end = dZ + (<usize>columns << 6);
  for (; dZ < end; dZ += 64, A += aRow) {
    const a0 = v128.load(A), a1 = v128.load(A, 16);
    const e0 = v128.load_splat<f32>(dZ);
    w00 = f32x4.add(w00, f32x4.mul(a0, e0));
    w01 = f32x4.add(w01, f32x4.mul(a1, e0));
    const e1 = v128.load_splat<f32>(dZ, 4);
    w10 = f32x4.add(w10, f32x4.mul(a0, e1));
    w11 = f32x4.add(w11, f32x4.mul(a1, e1));
    const e2 = v128.load_splat<f32>(dZ, 8);
    w20 = f32x4.add(w20, f32x4.mul(a0, e2));
    w21 = f32x4.add(w21, f32x4.mul(a1, e2));
    const e3 = v128.load_splat<f32>(dZ, 12);
    w30 = f32x4.add(w30, f32x4.mul(a0, e3));
    w31 = f32x4.add(w31, f32x4.mul(a1, e3));
  }
  const d1 = dW + 1 * wRow;
  const d2 = dW + 2 * wRow;
  const d3 = dW + 3 * wRow;
  v128.store(dW, w00);
  v128.store(dW, w01, 16);
  v128.store(d1, w10);
  v128.store(d1, w11, 16);
  v128.store(d2, w20);
  v128.store(d2, w21, 16);
  v128.store(d3, w30);
  v128.store(d3, w31, 16);
}
