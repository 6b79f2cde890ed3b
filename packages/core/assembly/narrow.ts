/**
 * The first layer when it has fewer than sixteen units: dot products along the inputs, eight
 * lanes each. Units go by tens, fives or fours, so that their sums stay in registers.
 */
import { IS_WIDE, LANES_BYTES } from "./layout";
import { lanesBytes4, lanesBytes5, lanesBytes10, lanesFloats4, lanesFloats5, lanesFloats10 } from "./narrow-lanes";
import { holdBytes, markAll } from "./narrow-map";

/**
 * How many units the next tile takes: ten take twice the vectors of five, which only 256-bit
 * registers can hold.
 * @param units a multiple of 5 or of 4
 */
// @ts-ignore: decorator
@inline
export function unitsOfTile(units: i32, left: i32): i32 {
  return units % 5 ? 4 : IS_WIDE && left >= 10 ? 10 : 5;
}

/**
 * A = g(W X + b) for g = ReLU, or Z.
 * @param W [blocks of eight inputs][units][8]
 * @param units rounded up to a multiple of 5 or of 4
 * @param xs, maps, table of {@link gatherByLanes}
 * @param skips whether zeros may be left out
 * @param out a panel, [columns][16]
 * @param sums room for the lanes of a tile, 320 bytes
 */
export function affineByLanes(
  W: usize, units: i32, xs: usize, inputs: i32, maps: usize, mapBytes: usize, table: usize, skips: bool,
  b: usize, out: usize, relu: bool, columns: i32, sums: usize,
): void {
  if (!skips) markAll(inputs, columns, maps, mapBytes, table);
  const bytes = holdBytes(xs);
  const wStep = <usize>units << 5;
  // Units outside, examples inside: the weights of a tile stay in the first-level cache.
  for (let u = 0; u < units; ) {
    const count = unitsOfTile(units, units - u);
    const w = W + (<usize>u << 5), at = <usize>u << 2;
    let map = maps, z = out + at;
    for (const end = xs + (<usize>columns << 2); xs < end; xs += 4) {
      const x = <usize>load<u32>(xs);
      if (bytes) {
        if (count == 10) lanesBytes10(w, wStep, x, map, mapBytes, sums);
        else if (count == 5) lanesBytes5(w, wStep, x, map, mapBytes, sums);
        else lanesBytes4(w, wStep, x, map, mapBytes, sums);
      } else {
        if (count == 10) lanesFloats10(w, wStep, x, map, mapBytes, sums);
        else if (count == 5) lanesFloats5(w, wStep, x, map, mapBytes, sums);
        else lanesFloats4(w, wStep, x, map, mapBytes, sums);
      }
      fold(sums, count == 4 ? 4 : 5, b + at, z, relu);
      if (count == 10) fold(sums + 160, 5, b + at + 20, z + 20, relu);
      map += mapBytes;
      z += LANES_BYTES;
    }
    xs -= <usize>columns << 2;
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
