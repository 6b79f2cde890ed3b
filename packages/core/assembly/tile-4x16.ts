/**
 * The inner loops of wide layers, with 4 x 16 sums in registers: eight 256-bit ones.
 *
 * Vectors come in adjacent pairs, with all loads of a block before its stores, which V8 needs to turn them into 256-bit
 * operations. Lanes are outputs, so the shape of a tile does not change any sum. The build expands the "repeat"
 * directives, see scripts/repeat.ts.
 */
import { COLUMNS_PANEL_BYTES, PANEL } from "./constants";

/**
 * out[i][j] = start[j] + sum over k of W[k][j] A[k, i], k in index order: four examples, sixteen units.
 * @param W a panel, [depth][16]
 * @param A columns of four examples in panels of 16 rows, 64 bytes apart
 */
export function affine4x16(W: usize, A: usize, depth: i32, start: usize, out: usize): void {
  // repeat $J = 4
  const s$J = v128.load(start, 16 * $J);
  // end $J
  // repeat $R = 4
  // repeat $J = 4
  let z$R$J = s$J;
  // end $J
  // end $R
  let left = depth;
  for (; left >= PANEL; left -= PANEL, W += PANEL * 64, A += COLUMNS_PANEL_BYTES) {
    // repeat $K = 16, each in a scope of its own
    // repeat $J = 4
    const w$J = v128.load(W, 64 * $K + 16 * $J);
    // end $J
    // repeat $R = 4
    const a$R = v128.load_splat<f32>(A, 4 * $K + 64 * $R);
    // repeat $J = 4
    z$R$J = f32x4.add(z$R$J, f32x4.mul(w$J, a$R));
    // end $J
    // end $R
    // end $K
  }
  for (; left > 0; left--, W += 64, A += 4) {
    // repeat $J = 4
    const w$J = v128.load(W, 16 * $J);
    // end $J
    // repeat $R = 4
    const a$R = v128.load_splat<f32>(A, 64 * $R);
    // repeat $J = 4
    z$R$J = f32x4.add(z$R$J, f32x4.mul(w$J, a$R));
    // end $J
    // end $R
  }
  // repeat $R = 4
  // repeat $J = 4
  v128.store(out, z$R$J, 64 * $R + 16 * $J);
  // end $J
  // end $R
}

/**
 * w[k][j] += sum over columns c of dZ[j, c] A[k, c], in index order, one column after another.
 * @param dZ a panel, [columns][16]
 * @param A lanes k .. k + 3 of a panel, [columns][16]
 * @param w a tile of [4][16]
 */
export function accumulate4x16(dZ: usize, A: usize, columns: usize, w: usize): void {
  // repeat $R = 4
  // repeat $J = 4
  let w$R$J = v128.load(w, 64 * $R + 16 * $J);
  // end $J
  // end $R
  const end = dZ + (columns << 6);
  const bulk = dZ + ((columns & ~7) << 6);
  for (; dZ < bulk; dZ += 512, A += 512) {
    // repeat $K = 8, each in a scope of its own
    // repeat $J = 4
    const e$J = v128.load(dZ, 64 * $K + 16 * $J);
    // end $J
    // repeat $R = 4
    const a$R = v128.load_splat<f32>(A, 64 * $K + 4 * $R);
    // repeat $J = 4
    w$R$J = f32x4.add(w$R$J, f32x4.mul(e$J, a$R));
    // end $J
    // end $R
    // end $K
  }
  for (; dZ < end; dZ += 64, A += 64) {
    // repeat $J = 4
    const e$J = v128.load(dZ, 16 * $J);
    // end $J
    // repeat $R = 4
    const a$R = v128.load_splat<f32>(A, 4 * $R);
    // repeat $J = 4
    w$R$J = f32x4.add(w$R$J, f32x4.mul(e$J, a$R));
    // end $J
    // end $R
  }
  // repeat $R = 4
  // repeat $J = 4
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
export function pairs4x16(dZ: usize, A: usize, counts: usize, leaves: i32, zero: usize, out: usize): void {
  for (let leaf = 0; leaf < leaves; leaf++, counts += 4) {
    const columns = <usize>load<u32>(counts);
    const end = dZ + (columns << 6);
    const bulk = dZ + ((columns & ~7) << 6);
    // repeat $R = 4
    // repeat $J = 4
    let w$R$J = f32x4.splat(0);
    // end $J
    // end $R
    for (; dZ < bulk; dZ += 512, A += 512) {
      // repeat $K = 8, each in a scope of its own
      // repeat $J = 4
      const e$J = v128.load(dZ, 64 * $K + 16 * $J);
      // end $J
      // repeat $R = 4
      const a$R = v128.load_splat<f32>(A, 64 * $K + 4 * $R);
      // repeat $J = 4
      w$R$J = f32x4.add(w$R$J, f32x4.mul(e$J, a$R));
      // end $J
      // end $R
      // end $K
    }
    for (; dZ < end; dZ += 64, A += 64) {
      // repeat $J = 4
      const e$J = v128.load(dZ, 16 * $J);
      // end $J
      // repeat $R = 4
      const a$R = v128.load_splat<f32>(A, 4 * $R);
      // repeat $J = 4
      w$R$J = f32x4.add(w$R$J, f32x4.mul(e$J, a$R));
      // end $J
      // end $R
    }
    const before = leaf & 1 ? out : zero;
    // repeat $R = 4
    // repeat $J = 4
    const s$R$J = f32x4.add(v128.load(before, 64 * $R + 16 * $J), w$R$J);
    // end $J
    // end $R
    // repeat $R = 4
    // repeat $J = 4
    v128.store(out, s$R$J, 64 * $R + 16 * $J);
    // end $J
    // end $R
    out += <usize>(leaf & 1) << 8;
  }
}
