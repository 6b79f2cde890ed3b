/**
 * The first layer when it has fewer than sixteen units: dot products along the inputs, eight
 * lanes each. Units go by fives and fours, so that their sums stay in registers.
 */
import { IS_WIDE, LANES_BYTES } from "./layout";
import { lanes4x1, lanes4x2, lanes5x1, lanes5x2 } from "./narrow-lanes";

/** How many units the next tile takes when `left` are left: 5 or 4, so that few are computed in vain. */
// @ts-ignore: decorator
@inline
export function unitsOfTile(left: i32): i32 {
  return left < 5 || left == 6 || (left & 3) == 3 || (left & 3) == 0 ? 4 : 5;
}

/**
 * A = g(W X + b) for g = ReLU, or Z.
 * @param W, X rows of weights and of examples, `row` bytes apart
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
