/**
 * The first layer when it has fewer than sixteen units: dot products along the inputs, eight
 * lanes each. Units go by fives and fours, so that their sums stay in registers.
 */
import { IS_WIDE, LANES_BYTES } from "./layout";

/** How many units the next tile takes when `left` are left: 5 or 4, so that few are computed in vain. */
// @ts-ignore: decorator
@inline
export function unitsOfTile(left: i32): i32 {
  return left < 5 || left == 6 || (left & 3) == 3 || (left & 3) == 0 ? 4 : 5;
}

/**
 * A = g(W X + b) for g = ReLU, or Z.
 * @param W, wRow rows of weights, and bytes from one to the next; wRow is that of examples, too
 * @param out a panel, [columns][16]
 * @param sums room for the lanes of a tile, 320 bytes
 */
export function affineByLanes(
  W: usize, X: usize, row: usize, b: usize, out: usize, relu: bool, units: i32, columns: i32,
  sums: usize,
): void {
  const examples = IS_WIDE ? 2 : 1;
  // Units outside, examples inside: the weights of a tile stay in the first-level cache.
  for (let u = 0; u < units; ) {
    const count = unitsOfTile(units - u);
    const at = <usize>u << 2;
    let x = X, z = out + at;
    for (let c = 0; c < columns; c += examples) {
      if (IS_WIDE) {
        if (count == 5) lanes5x2(W, row, x, sums);
        else lanes4x2(W, row, x, sums);
      } else {
        if (count == 5) lanes5x1(W, row, x, sums);
        else lanes4x1(W, row, x, sums);
      }
      fold(sums, count, b + at, z, relu);
      if (IS_WIDE) fold(sums + 32 * <usize>count, count, b + at, z + LANES_BYTES, relu);
      x += <usize>examples * row;
      z += <usize>examples * LANES_BYTES;
    }
    W += <usize>count * row;
    u += count;
  }
}

/**
 * Folds the lanes of each unit as ((0+4) + (2+6)) + ((1+5) + (3+7)), adds the bias, applies ReLU.
 * @param sums 32 bytes a unit
 * @param count units: 5 or 4
 */
function fold(sums: usize, count: i32, b: usize, Z: usize, relu: bool): void {
  const p = halves(sums), q = halves(sums + 32), r = halves(sums + 64), s = halves(sums + 96);
  const pq = f32x4.add(v128.shuffle<i32>(p, q, 0, 1, 4, 5), v128.shuffle<i32>(p, q, 2, 3, 6, 7));
  const rs = f32x4.add(v128.shuffle<i32>(r, s, 0, 1, 4, 5), v128.shuffle<i32>(r, s, 2, 3, 6, 7));
  const four = f32x4.add(v128.shuffle<i32>(pq, rs, 0, 2, 4, 6), v128.shuffle<i32>(pq, rs, 1, 3, 5, 7));
  const z = f32x4.add(four, v128.load(b));
  v128.store(Z, relu ? v128.and(z, f32x4.gt(z, f32x4.splat(0))) : z);
  if (count == 5) {
    const t = halves(sums + 128);
    const even: f32 = f32x4.extract_lane(t, 0) + f32x4.extract_lane(t, 2);
    const odd: f32 = f32x4.extract_lane(t, 1) + f32x4.extract_lane(t, 3);
    const last: f32 = even + odd + load<f32>(b, 16);
    store<f32>(Z, !relu || last > 0 ? last : <f32>0, 16);
  }
}

/** Lanes j + lanes (j + 4). */
// @ts-ignore: decorator
@inline
function halves(sums: usize): v128 {
  return f32x4.add(v128.load(sums), v128.load(sums, 16));
}

/** The lane sums of five units and two examples: at `sums`, 32 bytes each, example after example. */
function lanes5x2(W: usize, row: usize, A: usize, sums: usize): void {
  let s000 = f32x4.splat(0), s001 = f32x4.splat(0);
  let s010 = f32x4.splat(0), s011 = f32x4.splat(0);
  let s020 = f32x4.splat(0), s021 = f32x4.splat(0);
  let s030 = f32x4.splat(0), s031 = f32x4.splat(0);
  let s040 = f32x4.splat(0), s041 = f32x4.splat(0);
  let s100 = f32x4.splat(0), s101 = f32x4.splat(0);
  let s110 = f32x4.splat(0), s111 = f32x4.splat(0);
  let s120 = f32x4.splat(0), s121 = f32x4.splat(0);
  let s130 = f32x4.splat(0), s131 = f32x4.splat(0);
  let s140 = f32x4.splat(0), s141 = f32x4.splat(0);
  for (let k: usize = 0; k < row; k += 64) {
    const p0 = W + k, p1 = p0 + row, p2 = p1 + row, p3 = p2 + row, p4 = p3 + row;
    const x0 = A + k, x1 = x0 + row;
    // unroll K = 2
    const a00 = v128.load(x0, K * 32), a01 = v128.load(x0, K * 32 + 16);
    const a10 = v128.load(x1, K * 32), a11 = v128.load(x1, K * 32 + 16);
    const w00 = v128.load(p0, K * 32), w01 = v128.load(p0, K * 32 + 16);
    s000 = f32x4.add(s000, f32x4.mul(w00, a00));
    s001 = f32x4.add(s001, f32x4.mul(w01, a01));
    s100 = f32x4.add(s100, f32x4.mul(w00, a10));
    s101 = f32x4.add(s101, f32x4.mul(w01, a11));
    const w10 = v128.load(p1, K * 32), w11 = v128.load(p1, K * 32 + 16);
    s010 = f32x4.add(s010, f32x4.mul(w10, a00));
    s011 = f32x4.add(s011, f32x4.mul(w11, a01));
    s110 = f32x4.add(s110, f32x4.mul(w10, a10));
    s111 = f32x4.add(s111, f32x4.mul(w11, a11));
    const w20 = v128.load(p2, K * 32), w21 = v128.load(p2, K * 32 + 16);
    s020 = f32x4.add(s020, f32x4.mul(w20, a00));
    s021 = f32x4.add(s021, f32x4.mul(w21, a01));
    s120 = f32x4.add(s120, f32x4.mul(w20, a10));
    s121 = f32x4.add(s121, f32x4.mul(w21, a11));
    const w30 = v128.load(p3, K * 32), w31 = v128.load(p3, K * 32 + 16);
    s030 = f32x4.add(s030, f32x4.mul(w30, a00));
    s031 = f32x4.add(s031, f32x4.mul(w31, a01));
    s130 = f32x4.add(s130, f32x4.mul(w30, a10));
    s131 = f32x4.add(s131, f32x4.mul(w31, a11));
    const w40 = v128.load(p4, K * 32), w41 = v128.load(p4, K * 32 + 16);
    s040 = f32x4.add(s040, f32x4.mul(w40, a00));
    s041 = f32x4.add(s041, f32x4.mul(w41, a01));
    s140 = f32x4.add(s140, f32x4.mul(w40, a10));
    s141 = f32x4.add(s141, f32x4.mul(w41, a11));
    // end
  }
  v128.store(sums, s000);
  v128.store(sums, s001, 16);
  v128.store(sums, s010, 32);
  v128.store(sums, s011, 48);
  v128.store(sums, s020, 64);
  v128.store(sums, s021, 80);
  v128.store(sums, s030, 96);
  v128.store(sums, s031, 112);
  v128.store(sums, s040, 128);
  v128.store(sums, s041, 144);
  v128.store(sums, s100, 160);
  v128.store(sums, s101, 176);
  v128.store(sums, s110, 192);
  v128.store(sums, s111, 208);
  v128.store(sums, s120, 224);
  v128.store(sums, s121, 240);
  v128.store(sums, s130, 256);
  v128.store(sums, s131, 272);
  v128.store(sums, s140, 288);
  v128.store(sums, s141, 304);
}

/** The lane sums of four units and two examples: at `sums`, 32 bytes each, example after example. */
function lanes4x2(W: usize, row: usize, A: usize, sums: usize): void {
  let s000 = f32x4.splat(0), s001 = f32x4.splat(0);
  let s010 = f32x4.splat(0), s011 = f32x4.splat(0);
  let s020 = f32x4.splat(0), s021 = f32x4.splat(0);
  let s030 = f32x4.splat(0), s031 = f32x4.splat(0);
  let s100 = f32x4.splat(0), s101 = f32x4.splat(0);
  let s110 = f32x4.splat(0), s111 = f32x4.splat(0);
  let s120 = f32x4.splat(0), s121 = f32x4.splat(0);
  let s130 = f32x4.splat(0), s131 = f32x4.splat(0);
  for (let k: usize = 0; k < row; k += 64) {
    const p0 = W + k, p1 = p0 + row, p2 = p1 + row, p3 = p2 + row;
    const x0 = A + k, x1 = x0 + row;
    // unroll K = 2
    const a00 = v128.load(x0, K * 32), a01 = v128.load(x0, K * 32 + 16);
    const a10 = v128.load(x1, K * 32), a11 = v128.load(x1, K * 32 + 16);
    const w00 = v128.load(p0, K * 32), w01 = v128.load(p0, K * 32 + 16);
    s000 = f32x4.add(s000, f32x4.mul(w00, a00));
    s001 = f32x4.add(s001, f32x4.mul(w01, a01));
    s100 = f32x4.add(s100, f32x4.mul(w00, a10));
    s101 = f32x4.add(s101, f32x4.mul(w01, a11));
    const w10 = v128.load(p1, K * 32), w11 = v128.load(p1, K * 32 + 16);
    s010 = f32x4.add(s010, f32x4.mul(w10, a00));
    s011 = f32x4.add(s011, f32x4.mul(w11, a01));
    s110 = f32x4.add(s110, f32x4.mul(w10, a10));
    s111 = f32x4.add(s111, f32x4.mul(w11, a11));
    const w20 = v128.load(p2, K * 32), w21 = v128.load(p2, K * 32 + 16);
    s020 = f32x4.add(s020, f32x4.mul(w20, a00));
    s021 = f32x4.add(s021, f32x4.mul(w21, a01));
    s120 = f32x4.add(s120, f32x4.mul(w20, a10));
    s121 = f32x4.add(s121, f32x4.mul(w21, a11));
    const w30 = v128.load(p3, K * 32), w31 = v128.load(p3, K * 32 + 16);
    s030 = f32x4.add(s030, f32x4.mul(w30, a00));
    s031 = f32x4.add(s031, f32x4.mul(w31, a01));
    s130 = f32x4.add(s130, f32x4.mul(w30, a10));
    s131 = f32x4.add(s131, f32x4.mul(w31, a11));
    // end
  }
  v128.store(sums, s000);
  v128.store(sums, s001, 16);
  v128.store(sums, s010, 32);
  v128.store(sums, s011, 48);
  v128.store(sums, s020, 64);
  v128.store(sums, s021, 80);
  v128.store(sums, s030, 96);
  v128.store(sums, s031, 112);
  v128.store(sums, s100, 128);
  v128.store(sums, s101, 144);
  v128.store(sums, s110, 160);
  v128.store(sums, s111, 176);
  v128.store(sums, s120, 192);
  v128.store(sums, s121, 208);
  v128.store(sums, s130, 224);
  v128.store(sums, s131, 240);
}

/** The lane sums of five units and one example: at `sums`, 32 bytes each, example after example. */
function lanes5x1(W: usize, row: usize, A: usize, sums: usize): void {
  let s000 = f32x4.splat(0), s001 = f32x4.splat(0);
  let s010 = f32x4.splat(0), s011 = f32x4.splat(0);
  let s020 = f32x4.splat(0), s021 = f32x4.splat(0);
  let s030 = f32x4.splat(0), s031 = f32x4.splat(0);
  let s040 = f32x4.splat(0), s041 = f32x4.splat(0);
  for (let k: usize = 0; k < row; k += 32) {
    const p0 = W + k, p1 = p0 + row, p2 = p1 + row, p3 = p2 + row, p4 = p3 + row;
    const x0 = A + k;
    const a00 = v128.load(x0), a01 = v128.load(x0, 16);
    const w00 = v128.load(p0), w01 = v128.load(p0, 16);
    s000 = f32x4.add(s000, f32x4.mul(w00, a00));
    s001 = f32x4.add(s001, f32x4.mul(w01, a01));
    const w10 = v128.load(p1), w11 = v128.load(p1, 16);
    s010 = f32x4.add(s010, f32x4.mul(w10, a00));
    s011 = f32x4.add(s011, f32x4.mul(w11, a01));
    const w20 = v128.load(p2), w21 = v128.load(p2, 16);
    s020 = f32x4.add(s020, f32x4.mul(w20, a00));
    s021 = f32x4.add(s021, f32x4.mul(w21, a01));
    const w30 = v128.load(p3), w31 = v128.load(p3, 16);
    s030 = f32x4.add(s030, f32x4.mul(w30, a00));
    s031 = f32x4.add(s031, f32x4.mul(w31, a01));
    const w40 = v128.load(p4), w41 = v128.load(p4, 16);
    s040 = f32x4.add(s040, f32x4.mul(w40, a00));
    s041 = f32x4.add(s041, f32x4.mul(w41, a01));
  }
  v128.store(sums, s000);
  v128.store(sums, s001, 16);
  v128.store(sums, s010, 32);
  v128.store(sums, s011, 48);
  v128.store(sums, s020, 64);
  v128.store(sums, s021, 80);
  v128.store(sums, s030, 96);
  v128.store(sums, s031, 112);
  v128.store(sums, s040, 128);
  v128.store(sums, s041, 144);
}

/** The lane sums of four units and one example: at `sums`, 32 bytes each, example after example. */
function lanes4x1(W: usize, row: usize, A: usize, sums: usize): void {
  let s000 = f32x4.splat(0), s001 = f32x4.splat(0);
  let s010 = f32x4.splat(0), s011 = f32x4.splat(0);
  let s020 = f32x4.splat(0), s021 = f32x4.splat(0);
  let s030 = f32x4.splat(0), s031 = f32x4.splat(0);
  for (let k: usize = 0; k < row; k += 32) {
    const p0 = W + k, p1 = p0 + row, p2 = p1 + row, p3 = p2 + row;
    const x0 = A + k;
    const a00 = v128.load(x0), a01 = v128.load(x0, 16);
    const w00 = v128.load(p0), w01 = v128.load(p0, 16);
    s000 = f32x4.add(s000, f32x4.mul(w00, a00));
    s001 = f32x4.add(s001, f32x4.mul(w01, a01));
    const w10 = v128.load(p1), w11 = v128.load(p1, 16);
    s010 = f32x4.add(s010, f32x4.mul(w10, a00));
    s011 = f32x4.add(s011, f32x4.mul(w11, a01));
    const w20 = v128.load(p2), w21 = v128.load(p2, 16);
    s020 = f32x4.add(s020, f32x4.mul(w20, a00));
    s021 = f32x4.add(s021, f32x4.mul(w21, a01));
    const w30 = v128.load(p3), w31 = v128.load(p3, 16);
    s030 = f32x4.add(s030, f32x4.mul(w30, a00));
    s031 = f32x4.add(s031, f32x4.mul(w31, a01));
  }
  v128.store(sums, s000);
  v128.store(sums, s001, 16);
  v128.store(sums, s010, 32);
  v128.store(sums, s011, 48);
  v128.store(sums, s020, 64);
  v128.store(sums, s021, 80);
  v128.store(sums, s030, 96);
  v128.store(sums, s031, 112);
}
