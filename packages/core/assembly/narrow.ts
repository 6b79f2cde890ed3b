/**
 * The forward pass of a first layer of fewer than sixteen units: dot products along the inputs, with eight lanes each.
 * Units are processed by tens, fives or fours, so that their sums stay in registers.
 */
import { LANES_BYTES, SCRATCH_SUMS } from "./constants";
import { IS_WIDE } from "./layout";
import { lanesBytes4, lanesBytes5, lanesBytes10, lanesFloats4, lanesFloats5, lanesFloats10 } from "./narrow-lanes";
import { holdBytes, mapBytesOf, markAll, scaleOf } from "./narrow-map";

/**
 * The number of units of the next tile. Ten units need twice the vectors of five, and only 256-bit registers can hold
 * them.
 * @param units a multiple of 5 or of 4
 */
// @ts-ignore: decorator
@inline
export function unitsOfTile(units: i32, left: i32): i32 {
  return units % 5 ? 4 : IS_WIDE && left >= 10 ? 10 : 5;
}

/** The number of examples whose lanes are folded at a time. */
const GROUP: i32 = 8;

/**
 * A = g(W X + b) for g = ReLU, else Z.
 * @param W [blocks of eight inputs][units][8]
 * @param units rounded up to a multiple of 5 or of 4
 * @param xs, maps, table of {@link gatherByLanes}
 * @param skips whether zeros may be skipped
 * @param out a panel, [columns][16]
 */
export function affineByLanes(
  W: usize, units: i32, xs: usize, inputs: i32, maps: usize, table: usize, skips: bool, b: usize,
  out: usize, relu: bool, columns: i32, scratch: usize,
): void {
  if (!skips) markAll(inputs, columns, maps, table);
  const mapBytes = mapBytesOf(inputs), scale = scaleOf(xs);
  // The lanes of up to ten units and eight examples: 2560 bytes.
  const sums = scratch + SCRATCH_SUMS;
  const bytes = holdBytes(xs);
  const wStep = <usize>units << 5;
  // Units in the outer loop, examples in the inner one: the weights of a tile stay in the first-level cache.
  for (let u = 0; u < units; ) {
    const tile = unitsOfTile(units, units - u);
    const w = W + (<usize>u << 5), at = <usize>u << 2;
    for (let c = 0; c < columns; c += GROUP) {
      const count = <usize>min(GROUP, columns - c);
      lanes(tile, bytes, w, wStep, xs + (<usize>c << 2), scale, maps + <usize>c * mapBytes, mapBytes, count, sums);
      fold(tile, sums, count, b + at, out + <usize>c * LANES_BYTES + at, relu);
    }
    u += tile;
  }
}

// @ts-ignore: decorator
@inline
function lanes(
  tile: i32, bytes: bool, W: usize, wStep: usize, xs: usize, scale: usize, map: usize, mapBytes: usize, count: usize,
  sums: usize,
): void {
  for (const end = xs + (count << 2); xs < end; xs += 4, map += mapBytes, sums += <usize>tile << 5) {
    const x = <usize>load<u32>(xs);
    if (bytes) {
      if (tile == 10) lanesBytes10(W, wStep, x, scale, map, mapBytes, sums);
      else if (tile == 5) lanesBytes5(W, wStep, x, scale, map, mapBytes, sums);
      else lanesBytes4(W, wStep, x, scale, map, mapBytes, sums);
    } else {
      if (tile == 10) lanesFloats10(W, wStep, x, scale, map, mapBytes, sums);
      else if (tile == 5) lanesFloats5(W, wStep, x, scale, map, mapBytes, sums);
      else lanesFloats4(W, wStep, x, scale, map, mapBytes, sums);
    }
  }
}

/**
 * Folds the lanes of each unit as ((0+4) + (2+6)) + ((1+5) + (3+7)), adds the bias and applies ReLU.
 * @param tile the number of units: 10, 5 or 4
 * @param sums [count][tile][8]
 * @param Z the columns of a panel, from the tile's first unit on
 */
function fold(tile: i32, sums: usize, count: usize, b: usize, Z: usize, relu: bool): void {
  const passes = i32x4.splat(relu ? 0 : -1);
  const b0 = v128.load(b);
  const b1 = tile == 10 ? v128.load(b, 16) : v128.load_zero<u32>(b, 16);
  const b2 = v128.load_zero<u64>(b, 32);
  for (const end = Z + count * LANES_BYTES; Z < end; Z += LANES_BYTES, sums += <usize>tile << 5) {
    v128.store(Z, activate(foldTwo(halves(sums), halves(sums + 32), halves(sums + 64), halves(sums + 96)), b0, passes));
    if (tile == 5) {
      const last = halves(sums + 128);
      v128.store_lane<f32>(Z, activate(foldTwo(last, last, last, last), b1, passes), 0, 16);
    } else if (tile == 10) {
      const p = halves(sums + 128), q = halves(sums + 160), r = halves(sums + 192), s = halves(sums + 224);
      v128.store(Z, activate(foldTwo(p, q, r, s), b1, passes), 16);
      const y = halves(sums + 256), z = halves(sums + 288);
      v128.store_lane<i64>(Z, activate(foldTwo(y, z, y, z), b2, passes), 0, 32);
    }
  }
}

/** Adds lanes j and j + 4. */
// @ts-ignore: decorator
@inline
function halves(sums: usize): v128 {
  return f32x4.add(v128.load(sums), v128.load(sums, 16));
}

/** Computes (0 + 2) + (1 + 3) of each argument. */
// @ts-ignore: decorator
@inline
function foldTwo(p: v128, q: v128, r: v128, s: v128): v128 {
  const pq = f32x4.add(v128.shuffle<i32>(p, q, 0, 1, 4, 5), v128.shuffle<i32>(p, q, 2, 3, 6, 7));
  const rs = f32x4.add(v128.shuffle<i32>(r, s, 0, 1, 4, 5), v128.shuffle<i32>(r, s, 2, 3, 6, 7));
  return f32x4.add(v128.shuffle<i32>(pq, rs, 0, 2, 4, 6), v128.shuffle<i32>(pq, rs, 1, 3, 5, 7));
}

/** @param passes all ones if there is no ReLU */
// @ts-ignore: decorator
@inline
function activate(sum: v128, b: v128, passes: v128): v128 {
  const z = f32x4.add(sum, b);
  return v128.and(z, v128.or(f32x4.gt(z, f32x4.splat(0)), passes));
}
