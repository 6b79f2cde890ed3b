/**
 * dW = dZ A' and db = sum(dZ) for layers in panels. Shards are combined while a tile is in the cache: each shard (a
 * leaf of the tree) is summed separately, then adjacent leaves and adjacent pairs are added, and only the root is
 * written to memory.
 */
import { COLUMNS_PANEL_BYTES, LANES_BYTES, PANEL, SCRATCH_SUMS, SCRATCH_ZEROS, TILE_BYTES } from "./constants";
import { fold } from "./fold";
import { IS_WIDE, weightsPanelBytes } from "./layout";
import { accumulate4x8, pairs4x8 } from "./tile-4x8";
import { accumulate4x16, pairs4x16 } from "./tile-4x16";

// @ts-ignore: decorator
@inline
function accumulate(dZ: usize, A: usize, columns: usize, w: usize): void {
  if (IS_WIDE) accumulate4x16(dZ, A, columns, w);
  else {
    accumulate4x8(dZ, A, columns, w);
    accumulate4x8(dZ + 32, A, columns, w + 32);
  }
}

// @ts-ignore: decorator
@inline
function pairs(dZ: usize, A: usize, counts: usize, leaves: i32, zero: usize, out: usize): void {
  if (IS_WIDE) pairs4x16(dZ, A, counts, leaves, zero, out);
  else {
    pairs4x8(dZ, A, counts, leaves, zero, out);
    pairs4x8(dZ + 32, A, counts, leaves, zero, out + 32);
  }
}

/** Computes a tile of dW: four inputs and sixteen units. */
// @ts-ignore: decorator
@inline
export function tileOfProducts(
  dZ: usize, A: usize, counts: usize, leaves: i32, goesOn: bool, scratch: usize, w: usize,
): void {
  const zeros = scratch + SCRATCH_ZEROS, sums = scratch + SCRATCH_SUMS;
  if (goesOn) accumulate(dZ, A, <usize>load<u32>(counts), w);
  else if (leaves <= 2) pairs(dZ, A, counts, leaves, zeros, w);
  else {
    pairs(dZ, A, counts, leaves, zeros, sums);
    foldPairs(sums, leaves, w);
  }
}

/** Folds the tiles that `pairs` computed: one for every two leaves. */
// @ts-ignore: decorator
@inline
export function foldPairs(tiles: usize, leaves: i32, out: usize): void {
  fold(tiles, TILE_BYTES, (leaves + 1) / 2, TILE_BYTES, tiles, out);
}

/**
 * dW = sums over each leaf's columns, folded. With one leaf, `goesOn` adds the sums to dW.
 * @param counts the number of columns of each leaf, u32, [leaves]
 */
export function outerProducts(
  dZ: usize, A: usize, dW: usize, units: i32, inputs: i32, counts: usize, leaves: i32, goesOn: bool, scratch: usize,
): void {
  for (let u = 0; u < units; u += PANEL) {
    for (let k = 0; k < inputs; k += 4) {
      const w = dW + <usize>k * LANES_BYTES;
      const a = A + <usize>(k / PANEL) * COLUMNS_PANEL_BYTES + (<usize>(k & 15) << 2);
      tileOfProducts(dZ, a, counts, leaves, goesOn, scratch, w);
    }
    dW += weightsPanelBytes(inputs);
    dZ += COLUMNS_PANEL_BYTES;
  }
}

/** db = sums over each leaf's columns, folded. With one leaf, `goesOn` adds the sums to db. */
export function rowSums(
  dZ: usize, db: usize, units: i32, counts: usize, leaves: i32, goesOn: bool, scratch: usize,
): void {
  const zeros = scratch + SCRATCH_ZEROS, blocks = scratch + SCRATCH_SUMS;
  for (let u = 0; u < units; u += PANEL, dZ += COLUMNS_PANEL_BYTES, db += LANES_BYTES) {
    if (leaves == 1) sums(dZ, counts, 1, goesOn ? db : zeros, db);
    else {
      sums(dZ, counts, leaves, zeros, blocks);
      fold(blocks, LANES_BYTES, leaves, LANES_BYTES, blocks, db);
    }
  }
}

/** Computes the sums of each leaf, stored contiguously. Each starts from `start`. */
function sums(dZ: usize, counts: usize, leaves: i32, start: usize, out: usize): void {
  for (const last = counts + (<usize>leaves << 2); counts < last; counts += 4, out += LANES_BYTES) {
    let s0 = v128.load(start), s1 = v128.load(start, 16), s2 = v128.load(start, 32), s3 = v128.load(start, 48);
    for (const end = dZ + <usize>load<u32>(counts) * LANES_BYTES; dZ < end; dZ += LANES_BYTES) {
      s0 = f32x4.add(s0, v128.load(dZ));
      s1 = f32x4.add(s1, v128.load(dZ, 16));
      s2 = f32x4.add(s2, v128.load(dZ, 32));
      s3 = f32x4.add(s3, v128.load(dZ, 48));
    }
    v128.store(out, s0);
    v128.store(out, s1, 16);
    v128.store(out, s2, 32);
    v128.store(out, s3, 48);
  }
}
