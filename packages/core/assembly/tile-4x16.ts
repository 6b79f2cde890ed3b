/**
 * The two inner loops of wide layers, 4 x 16 sums in registers: eight 256-bit ones.
 *
 * Vectors come in adjacent pairs, all loads of a block before its stores: what V8 needs to make
 * 256-bit operations of them. Lanes lie across outputs, so no shape of tile changes a sum.
 */
import { PANEL } from "./layout";

/**
 * out[i][j] = start[j] + sum over k of W[k][j] A[k, i], k in index order: four examples, sixteen units.
 * @param W a panel, [depth][16]
 * @param A columns of four examples in panels of 16 rows, 64 bytes apart; a panel every `panel` bytes
 */
export function affine4x16(W: usize, A: usize, panel: usize, depth: i32, start: usize, out: usize): void {
  const s0 = v128.load(start),
    s1 = v128.load(start, 16),
    s2 = v128.load(start, 32),
    s3 = v128.load(start, 48);
  let z00 = s0,
    z01 = s1,
    z02 = s2,
    z03 = s3;
  let z10 = s0,
    z11 = s1,
    z12 = s2,
    z13 = s3;
  let z20 = s0,
    z21 = s1,
    z22 = s2,
    z23 = s3;
  let z30 = s0,
    z31 = s1,
    z32 = s2,
    z33 = s3;
  let left = depth;
  for (; left >= PANEL; left -= PANEL, W += PANEL * 64, A += panel) {
    // unroll K = 16
    const w0 = v128.load(W, K * 64), w1 = v128.load(W, K * 64 + 16), w2 = v128.load(W, K * 64 + 32), w3 = v128.load(W, K * 64 + 48);
    const a0 = v128.load_splat<f32>(A, K * 4);
    z00 = f32x4.add(z00, f32x4.mul(w0, a0));
    z01 = f32x4.add(z01, f32x4.mul(w1, a0));
    z02 = f32x4.add(z02, f32x4.mul(w2, a0));
    z03 = f32x4.add(z03, f32x4.mul(w3, a0));
    const a1 = v128.load_splat<f32>(A, K * 4 + 64);
    z10 = f32x4.add(z10, f32x4.mul(w0, a1));
    z11 = f32x4.add(z11, f32x4.mul(w1, a1));
    z12 = f32x4.add(z12, f32x4.mul(w2, a1));
    z13 = f32x4.add(z13, f32x4.mul(w3, a1));
    const a2 = v128.load_splat<f32>(A, K * 4 + 128);
    z20 = f32x4.add(z20, f32x4.mul(w0, a2));
    z21 = f32x4.add(z21, f32x4.mul(w1, a2));
    z22 = f32x4.add(z22, f32x4.mul(w2, a2));
    z23 = f32x4.add(z23, f32x4.mul(w3, a2));
    const a3 = v128.load_splat<f32>(A, K * 4 + 192);
    z30 = f32x4.add(z30, f32x4.mul(w0, a3));
    z31 = f32x4.add(z31, f32x4.mul(w1, a3));
    z32 = f32x4.add(z32, f32x4.mul(w2, a3));
    z33 = f32x4.add(z33, f32x4.mul(w3, a3));
    // end
  }
  for (; left > 0; left--, W += 64, A += 4) {
    const w0 = v128.load(W), w1 = v128.load(W, 16), w2 = v128.load(W, 32), w3 = v128.load(W, 48);
    const a0 = v128.load_splat<f32>(A);
    z00 = f32x4.add(z00, f32x4.mul(w0, a0));
    z01 = f32x4.add(z01, f32x4.mul(w1, a0));
    z02 = f32x4.add(z02, f32x4.mul(w2, a0));
    z03 = f32x4.add(z03, f32x4.mul(w3, a0));
    const a1 = v128.load_splat<f32>(A, 64);
    z10 = f32x4.add(z10, f32x4.mul(w0, a1));
    z11 = f32x4.add(z11, f32x4.mul(w1, a1));
    z12 = f32x4.add(z12, f32x4.mul(w2, a1));
    z13 = f32x4.add(z13, f32x4.mul(w3, a1));
    const a2 = v128.load_splat<f32>(A, 128);
    z20 = f32x4.add(z20, f32x4.mul(w0, a2));
    z21 = f32x4.add(z21, f32x4.mul(w1, a2));
    z22 = f32x4.add(z22, f32x4.mul(w2, a2));
    z23 = f32x4.add(z23, f32x4.mul(w3, a2));
    const a3 = v128.load_splat<f32>(A, 192);
    z30 = f32x4.add(z30, f32x4.mul(w0, a3));
    z31 = f32x4.add(z31, f32x4.mul(w1, a3));
    z32 = f32x4.add(z32, f32x4.mul(w2, a3));
    z33 = f32x4.add(z33, f32x4.mul(w3, a3));
  }
  v128.store(out, z00);
  v128.store(out, z01, 16);
  v128.store(out, z02, 32);
  v128.store(out, z03, 48);
  v128.store(out, z10, 64);
  v128.store(out, z11, 80);
  v128.store(out, z12, 96);
  v128.store(out, z13, 112);
  v128.store(out, z20, 128);
  v128.store(out, z21, 144);
  v128.store(out, z22, 160);
  v128.store(out, z23, 176);
  v128.store(out, z30, 192);
  v128.store(out, z31, 208);
  v128.store(out, z32, 224);
  v128.store(out, z33, 240);
}

/**
 * w[k][j] += sum over columns c of dZ[j, c] A[k, c], in index order, one column after another.
 * @param dZ a panel, [columns][16]
 * @param A lanes k .. k + 3 of a panel, [columns][16]
 * @param w a tile of [4][16]
 */
export function goOn4x16(dZ: usize, A: usize, columns: usize, w: usize): void {
  let w00 = v128.load(w), w01 = v128.load(w, 16), w02 = v128.load(w, 32), w03 = v128.load(w, 48);
  let w10 = v128.load(w, 64), w11 = v128.load(w, 80), w12 = v128.load(w, 96), w13 = v128.load(w, 112);
  let w20 = v128.load(w, 128), w21 = v128.load(w, 144), w22 = v128.load(w, 160), w23 = v128.load(w, 176);
  let w30 = v128.load(w, 192), w31 = v128.load(w, 208), w32 = v128.load(w, 224), w33 = v128.load(w, 240);
  const end = dZ + (columns << 6);
  const bulk = dZ + ((columns & ~7) << 6);
  for (; dZ < bulk; dZ += 512, A += 512) {
    // unroll K = 8
    const e0 = v128.load(dZ, K * 64), e1 = v128.load(dZ, K * 64 + 16), e2 = v128.load(dZ, K * 64 + 32), e3 = v128.load(dZ, K * 64 + 48);
    const a0 = v128.load_splat<f32>(A, K * 64);
    w00 = f32x4.add(w00, f32x4.mul(e0, a0));
    w01 = f32x4.add(w01, f32x4.mul(e1, a0));
    w02 = f32x4.add(w02, f32x4.mul(e2, a0));
    w03 = f32x4.add(w03, f32x4.mul(e3, a0));
    const a1 = v128.load_splat<f32>(A, K * 64 + 4);
    w10 = f32x4.add(w10, f32x4.mul(e0, a1));
    w11 = f32x4.add(w11, f32x4.mul(e1, a1));
    w12 = f32x4.add(w12, f32x4.mul(e2, a1));
    w13 = f32x4.add(w13, f32x4.mul(e3, a1));
    const a2 = v128.load_splat<f32>(A, K * 64 + 8);
    w20 = f32x4.add(w20, f32x4.mul(e0, a2));
    w21 = f32x4.add(w21, f32x4.mul(e1, a2));
    w22 = f32x4.add(w22, f32x4.mul(e2, a2));
    w23 = f32x4.add(w23, f32x4.mul(e3, a2));
    const a3 = v128.load_splat<f32>(A, K * 64 + 12);
    w30 = f32x4.add(w30, f32x4.mul(e0, a3));
    w31 = f32x4.add(w31, f32x4.mul(e1, a3));
    w32 = f32x4.add(w32, f32x4.mul(e2, a3));
    w33 = f32x4.add(w33, f32x4.mul(e3, a3));
    // end
  }
  for (; dZ < end; dZ += 64, A += 64) {
    const e0 = v128.load(dZ), e1 = v128.load(dZ, 16), e2 = v128.load(dZ, 32), e3 = v128.load(dZ, 48);
    const a0 = v128.load_splat<f32>(A);
    w00 = f32x4.add(w00, f32x4.mul(e0, a0));
    w01 = f32x4.add(w01, f32x4.mul(e1, a0));
    w02 = f32x4.add(w02, f32x4.mul(e2, a0));
    w03 = f32x4.add(w03, f32x4.mul(e3, a0));
    const a1 = v128.load_splat<f32>(A, 4);
    w10 = f32x4.add(w10, f32x4.mul(e0, a1));
    w11 = f32x4.add(w11, f32x4.mul(e1, a1));
    w12 = f32x4.add(w12, f32x4.mul(e2, a1));
    w13 = f32x4.add(w13, f32x4.mul(e3, a1));
    const a2 = v128.load_splat<f32>(A, 8);
    w20 = f32x4.add(w20, f32x4.mul(e0, a2));
    w21 = f32x4.add(w21, f32x4.mul(e1, a2));
    w22 = f32x4.add(w22, f32x4.mul(e2, a2));
    w23 = f32x4.add(w23, f32x4.mul(e3, a2));
    const a3 = v128.load_splat<f32>(A, 12);
    w30 = f32x4.add(w30, f32x4.mul(e0, a3));
    w31 = f32x4.add(w31, f32x4.mul(e1, a3));
    w32 = f32x4.add(w32, f32x4.mul(e2, a3));
    w33 = f32x4.add(w33, f32x4.mul(e3, a3));
  }
  v128.store(w, w00);
  v128.store(w, w01, 16);
  v128.store(w, w02, 32);
  v128.store(w, w03, 48);
  v128.store(w, w10, 64);
  v128.store(w, w11, 80);
  v128.store(w, w12, 96);
  v128.store(w, w13, 112);
  v128.store(w, w20, 128);
  v128.store(w, w21, 144);
  v128.store(w, w22, 160);
  v128.store(w, w23, 176);
  v128.store(w, w30, 192);
  v128.store(w, w31, 208);
  v128.store(w, w32, 224);
  v128.store(w, w33, 240);
}

/**
 * The same sums for each of some leaves, each from zero, every second one added to the one before:
 * 0 + 1, 2 + 3, ... at out, 256 bytes apart.
 * @param counts columns of each leaf, u32
 * @param zero 256 bytes of zeros
 */
export function pairs4x16(dZ: usize, A: usize, counts: usize, leaves: i32, zero: usize, out: usize): void {
  for (let leaf = 0; leaf < leaves; leaf++, counts += 4) {
    const columns = <usize>load<u32>(counts);
    const end = dZ + (columns << 6);
    const bulk = dZ + ((columns & ~7) << 6);
    let w00 = f32x4.splat(0), w01 = f32x4.splat(0), w02 = f32x4.splat(0), w03 = f32x4.splat(0);
    let w10 = f32x4.splat(0), w11 = f32x4.splat(0), w12 = f32x4.splat(0), w13 = f32x4.splat(0);
    let w20 = f32x4.splat(0), w21 = f32x4.splat(0), w22 = f32x4.splat(0), w23 = f32x4.splat(0);
    let w30 = f32x4.splat(0), w31 = f32x4.splat(0), w32 = f32x4.splat(0), w33 = f32x4.splat(0);
    for (; dZ < bulk; dZ += 512, A += 512) {
      // unroll K = 8
      const e0 = v128.load(dZ, K * 64), e1 = v128.load(dZ, K * 64 + 16), e2 = v128.load(dZ, K * 64 + 32), e3 = v128.load(dZ, K * 64 + 48);
      const a0 = v128.load_splat<f32>(A, K * 64);
      w00 = f32x4.add(w00, f32x4.mul(e0, a0));
      w01 = f32x4.add(w01, f32x4.mul(e1, a0));
      w02 = f32x4.add(w02, f32x4.mul(e2, a0));
      w03 = f32x4.add(w03, f32x4.mul(e3, a0));
      const a1 = v128.load_splat<f32>(A, K * 64 + 4);
      w10 = f32x4.add(w10, f32x4.mul(e0, a1));
      w11 = f32x4.add(w11, f32x4.mul(e1, a1));
      w12 = f32x4.add(w12, f32x4.mul(e2, a1));
      w13 = f32x4.add(w13, f32x4.mul(e3, a1));
      const a2 = v128.load_splat<f32>(A, K * 64 + 8);
      w20 = f32x4.add(w20, f32x4.mul(e0, a2));
      w21 = f32x4.add(w21, f32x4.mul(e1, a2));
      w22 = f32x4.add(w22, f32x4.mul(e2, a2));
      w23 = f32x4.add(w23, f32x4.mul(e3, a2));
      const a3 = v128.load_splat<f32>(A, K * 64 + 12);
      w30 = f32x4.add(w30, f32x4.mul(e0, a3));
      w31 = f32x4.add(w31, f32x4.mul(e1, a3));
      w32 = f32x4.add(w32, f32x4.mul(e2, a3));
      w33 = f32x4.add(w33, f32x4.mul(e3, a3));
      // end
    }
    for (; dZ < end; dZ += 64, A += 64) {
      const e0 = v128.load(dZ), e1 = v128.load(dZ, 16), e2 = v128.load(dZ, 32), e3 = v128.load(dZ, 48);
      const a0 = v128.load_splat<f32>(A);
      w00 = f32x4.add(w00, f32x4.mul(e0, a0));
      w01 = f32x4.add(w01, f32x4.mul(e1, a0));
      w02 = f32x4.add(w02, f32x4.mul(e2, a0));
      w03 = f32x4.add(w03, f32x4.mul(e3, a0));
      const a1 = v128.load_splat<f32>(A, 4);
      w10 = f32x4.add(w10, f32x4.mul(e0, a1));
      w11 = f32x4.add(w11, f32x4.mul(e1, a1));
      w12 = f32x4.add(w12, f32x4.mul(e2, a1));
      w13 = f32x4.add(w13, f32x4.mul(e3, a1));
      const a2 = v128.load_splat<f32>(A, 8);
      w20 = f32x4.add(w20, f32x4.mul(e0, a2));
      w21 = f32x4.add(w21, f32x4.mul(e1, a2));
      w22 = f32x4.add(w22, f32x4.mul(e2, a2));
      w23 = f32x4.add(w23, f32x4.mul(e3, a2));
      const a3 = v128.load_splat<f32>(A, 12);
      w30 = f32x4.add(w30, f32x4.mul(e0, a3));
      w31 = f32x4.add(w31, f32x4.mul(e1, a3));
      w32 = f32x4.add(w32, f32x4.mul(e2, a3));
      w33 = f32x4.add(w33, f32x4.mul(e3, a3));
    }
    const before = leaf & 1 ? out : zero;
    const s00 = f32x4.add(v128.load(before), w00), s01 = f32x4.add(v128.load(before, 16), w01), s02 = f32x4.add(v128.load(before, 32), w02), s03 = f32x4.add(v128.load(before, 48), w03);
    const s10 = f32x4.add(v128.load(before, 64), w10), s11 = f32x4.add(v128.load(before, 80), w11), s12 = f32x4.add(v128.load(before, 96), w12), s13 = f32x4.add(v128.load(before, 112), w13);
    const s20 = f32x4.add(v128.load(before, 128), w20), s21 = f32x4.add(v128.load(before, 144), w21), s22 = f32x4.add(v128.load(before, 160), w22), s23 = f32x4.add(v128.load(before, 176), w23);
    const s30 = f32x4.add(v128.load(before, 192), w30), s31 = f32x4.add(v128.load(before, 208), w31), s32 = f32x4.add(v128.load(before, 224), w32), s33 = f32x4.add(v128.load(before, 240), w33);
    v128.store(out, s00);
    v128.store(out, s01, 16);
    v128.store(out, s02, 32);
    v128.store(out, s03, 48);
    v128.store(out, s10, 64);
    v128.store(out, s11, 80);
    v128.store(out, s12, 96);
    v128.store(out, s13, 112);
    v128.store(out, s20, 128);
    v128.store(out, s21, 144);
    v128.store(out, s22, 160);
    v128.store(out, s23, 176);
    v128.store(out, s30, 192);
    v128.store(out, s31, 208);
    v128.store(out, s32, 224);
    v128.store(out, s33, 240);
    out += <usize>(leaf & 1) << 8;
  }
}
