/**
 * The two inner loops of wide layers, 4 x 8 sums in registers: eight 128-bit ones.
 *
 * The panels are those of 16 outputs; a call takes the left or the right half of one. Nothing is
 * unrolled here: older engines, which these are for, run out of registers where the code is long.
 */
import { PANEL } from "./layout";

/**
 * out[i][j] = start[j] + sum over k of W[k][j] A[k, i], k in index order: four examples, eight units.
 * @param W a panel, [depth][16]
 * @param A columns of four examples in panels of 16 rows, 64 bytes apart; a panel every `panel` bytes
 */
export function affine4x8(W: usize, A: usize, panel: usize, depth: i32, start: usize, out: usize): void {
  const s0 = v128.load(start),
    s1 = v128.load(start, 16);
  let z00 = s0,
    z01 = s1;
  let z10 = s0,
    z11 = s1;
  let z20 = s0,
    z21 = s1;
  let z30 = s0,
    z31 = s1;
  for (let left = depth; left > 0; left -= PANEL, A += panel) {
    const stop = W + (<usize>min(left, PANEL) << 6);
    for (let a = A; W < stop; W += 64, a += 4) {
      const w0 = v128.load(W), w1 = v128.load(W, 16);
      const a0 = v128.load_splat<f32>(a);
      z00 = f32x4.add(z00, f32x4.mul(w0, a0));
      z01 = f32x4.add(z01, f32x4.mul(w1, a0));
      const a1 = v128.load_splat<f32>(a, 64);
      z10 = f32x4.add(z10, f32x4.mul(w0, a1));
      z11 = f32x4.add(z11, f32x4.mul(w1, a1));
      const a2 = v128.load_splat<f32>(a, 128);
      z20 = f32x4.add(z20, f32x4.mul(w0, a2));
      z21 = f32x4.add(z21, f32x4.mul(w1, a2));
      const a3 = v128.load_splat<f32>(a, 192);
      z30 = f32x4.add(z30, f32x4.mul(w0, a3));
      z31 = f32x4.add(z31, f32x4.mul(w1, a3));
    }
  }
  v128.store(out, z00);
  v128.store(out, z01, 16);
  v128.store(out, z10, 64);
  v128.store(out, z11, 80);
  v128.store(out, z20, 128);
  v128.store(out, z21, 144);
  v128.store(out, z30, 192);
  v128.store(out, z31, 208);
}

/**
 * w[k][j] += sum over columns c of dZ[j, c] A[k, c], in index order, one column after another.
 * @param dZ a panel, [columns][16]
 * @param A lanes k .. k + 3 of a panel, [columns][16]
 * @param w half of a tile of [4][16]
 */
export function goOn4x8(dZ: usize, A: usize, columns: usize, w: usize): void {
  let w00 = v128.load(w), w01 = v128.load(w, 16);
  let w10 = v128.load(w, 64), w11 = v128.load(w, 80);
  let w20 = v128.load(w, 128), w21 = v128.load(w, 144);
  let w30 = v128.load(w, 192), w31 = v128.load(w, 208);
  const end = dZ + (columns << 6);
  for (; dZ < end; dZ += 64, A += 64) {
    const e0 = v128.load(dZ), e1 = v128.load(dZ, 16);
    const a0 = v128.load_splat<f32>(A);
    w00 = f32x4.add(w00, f32x4.mul(e0, a0));
    w01 = f32x4.add(w01, f32x4.mul(e1, a0));
    const a1 = v128.load_splat<f32>(A, 4);
    w10 = f32x4.add(w10, f32x4.mul(e0, a1));
    w11 = f32x4.add(w11, f32x4.mul(e1, a1));
    const a2 = v128.load_splat<f32>(A, 8);
    w20 = f32x4.add(w20, f32x4.mul(e0, a2));
    w21 = f32x4.add(w21, f32x4.mul(e1, a2));
    const a3 = v128.load_splat<f32>(A, 12);
    w30 = f32x4.add(w30, f32x4.mul(e0, a3));
    w31 = f32x4.add(w31, f32x4.mul(e1, a3));
  }
  v128.store(w, w00);
  v128.store(w, w01, 16);
  v128.store(w, w10, 64);
  v128.store(w, w11, 80);
  v128.store(w, w20, 128);
  v128.store(w, w21, 144);
  v128.store(w, w30, 192);
  v128.store(w, w31, 208);
}

/**
 * The same sums for each of some leaves, each from zero, every second one added to the one before:
 * 0 + 1, 2 + 3, ... at out, 256 bytes apart.
 * @param counts columns of each leaf, u32
 * @param zero 256 bytes of zeros
 */
export function pairs4x8(dZ: usize, A: usize, counts: usize, leaves: i32, zero: usize, out: usize): void {
  for (let leaf = 0; leaf < leaves; leaf++, counts += 4) {
    const columns = <usize>load<u32>(counts);
    const end = dZ + (columns << 6);
    let w00 = f32x4.splat(0), w01 = f32x4.splat(0);
    let w10 = f32x4.splat(0), w11 = f32x4.splat(0);
    let w20 = f32x4.splat(0), w21 = f32x4.splat(0);
    let w30 = f32x4.splat(0), w31 = f32x4.splat(0);
    for (; dZ < end; dZ += 64, A += 64) {
      const e0 = v128.load(dZ), e1 = v128.load(dZ, 16);
      const a0 = v128.load_splat<f32>(A);
      w00 = f32x4.add(w00, f32x4.mul(e0, a0));
      w01 = f32x4.add(w01, f32x4.mul(e1, a0));
      const a1 = v128.load_splat<f32>(A, 4);
      w10 = f32x4.add(w10, f32x4.mul(e0, a1));
      w11 = f32x4.add(w11, f32x4.mul(e1, a1));
      const a2 = v128.load_splat<f32>(A, 8);
      w20 = f32x4.add(w20, f32x4.mul(e0, a2));
      w21 = f32x4.add(w21, f32x4.mul(e1, a2));
      const a3 = v128.load_splat<f32>(A, 12);
      w30 = f32x4.add(w30, f32x4.mul(e0, a3));
      w31 = f32x4.add(w31, f32x4.mul(e1, a3));
    }
    const before = leaf & 1 ? out : zero;
    const s00 = f32x4.add(v128.load(before), w00), s01 = f32x4.add(v128.load(before, 16), w01);
    const s10 = f32x4.add(v128.load(before, 64), w10), s11 = f32x4.add(v128.load(before, 80), w11);
    const s20 = f32x4.add(v128.load(before, 128), w20), s21 = f32x4.add(v128.load(before, 144), w21);
    const s30 = f32x4.add(v128.load(before, 192), w30), s31 = f32x4.add(v128.load(before, 208), w31);
    v128.store(out, s00);
    v128.store(out, s01, 16);
    v128.store(out, s10, 64);
    v128.store(out, s11, 80);
    v128.store(out, s20, 128);
    v128.store(out, s21, 144);
    v128.store(out, s30, 192);
    v128.store(out, s31, 208);
    out += <usize>(leaf & 1) << 8;
  }
}
