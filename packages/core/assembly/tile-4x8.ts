/**
 * The inner loops of wide layers, with 4 x 8 sums in registers: eight 128-bit ones.
 *
 * The panels have 16 outputs; a call processes the left or the right half of one. Loops are as short as possible: older
 * engines, which these kernels are for, run out of registers in long code.
 */
import { COLUMNS_PANEL_BYTES, PANEL } from "./constants";

/**
 * out[i][j] = start[j] + sum over k of W[k][j] A[k, i], k in index order: four examples, eight units.
 * @param W a panel, [depth][16]
 * @param A columns of four examples in panels of 16 rows, 64 bytes apart
 */
export function affine4x8(W: usize, A: usize, depth: i32, start: usize, out: usize): void {
  // repeat $J = 2
  const s$J = v128.load(start, 16 * $J);
  // end $J
  // repeat $R = 4
  // repeat $J = 2
  let z$R$J = s$J;
  // end $J
  // end $R
  for (let left = depth; left > 0; left -= PANEL, A += COLUMNS_PANEL_BYTES) {
    const stop = W + (<usize>min(left, PANEL) << 6);
    for (let a = A; W < stop; W += 64, a += 4) {
      // repeat $J = 2
      const w$J = v128.load(W, 16 * $J);
      // end $J
      // repeat $R = 4
      const a$R = v128.load_splat<f32>(a, 64 * $R);
      // repeat $J = 2
      z$R$J = f32x4.add(z$R$J, f32x4.mul(w$J, a$R));
      // end $J
      // end $R
    }
  }
  // repeat $R = 4
  // repeat $J = 2
  v128.store(out, z$R$J, 64 * $R + 16 * $J);
  // end $J
  // end $R
}

/**
 * w[k][j] += sum over columns c of dZ[j, c] A[k, c], in index order, one column after another.
 * @param dZ a panel, [columns][16]
 * @param A lanes k .. k + 3 of a panel, [columns][16]
 * @param w half of a tile of [4][16]
 */
export function accumulate4x8(dZ: usize, A: usize, columns: usize, w: usize): void {
  // repeat $R = 4
  // repeat $J = 2
  let w$R$J = v128.load(w, 64 * $R + 16 * $J);
  // end $J
  // end $R
  const end = dZ + (columns << 6);
  for (; dZ < end; dZ += 64, A += 64) {
    // repeat $J = 2
    const e$J = v128.load(dZ, 16 * $J);
    // end $J
    // repeat $R = 4
    const a$R = v128.load_splat<f32>(A, 4 * $R);
    // repeat $J = 2
    w$R$J = f32x4.add(w$R$J, f32x4.mul(e$J, a$R));
    // end $J
    // end $R
  }
  // repeat $R = 4
  // repeat $J = 2
  v128.store(w, w$R$J, 64 * $R + 16 * $J);
  // end $J
  // end $R
}

/**
 * Computes the same sums for each of some leaves, each from zero. Every second leaf is added to the one before: 0 + 1,
 * 2 + 3, ... at out, 256 bytes apart.
 * @param counts the number of columns of each leaf, u32
 * @param zero 256 bytes of zeros
 */
export function pairs4x8(dZ: usize, A: usize, counts: usize, leaves: i32, zero: usize, out: usize): void {
  for (let leaf = 0; leaf < leaves; leaf++, counts += 4) {
    const columns = <usize>load<u32>(counts);
    const end = dZ + (columns << 6);
    // repeat $R = 4
    // repeat $J = 2
    let w$R$J = f32x4.splat(0);
    // end $J
    // end $R
    for (; dZ < end; dZ += 64, A += 64) {
      // repeat $J = 2
      const e$J = v128.load(dZ, 16 * $J);
      // end $J
      // repeat $R = 4
      const a$R = v128.load_splat<f32>(A, 4 * $R);
      // repeat $J = 2
      w$R$J = f32x4.add(w$R$J, f32x4.mul(e$J, a$R));
      // end $J
      // end $R
    }
    const before = leaf & 1 ? out : zero;
    // repeat $R = 4
    // repeat $J = 2
    const s$R$J = f32x4.add(v128.load(before, 64 * $R + 16 * $J), w$R$J);
    // end $J
    // end $R
    // repeat $R = 4
    // repeat $J = 2
    v128.store(out, s$R$J, 64 * $R + 16 * $J);
    // end $J
    // end $R
    out += <usize>(leaf & 1) << 8;
  }
}
