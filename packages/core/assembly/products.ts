/**
 * dW = dZ A' and db = sum(dZ) of layers in panels, shards combined while a tile is at hand: each
 * shard (a leaf of the tree) is summed on its own, then neighbours are added, and neighbouring
 * pairs, and only the root goes to memory.
 */
import { IS_WIDE, LANES_BYTES, PANEL, TILE_BYTES } from "./layout";
import { goOn4x8, pairs4x8 } from "./tile-4x8";
import { goOn4x16, pairs4x16 } from "./tile-4x16";

// @ts-ignore: decorator
@inline
function goOn(dZ: usize, A: usize, columns: usize, w: usize): void {
  if (IS_WIDE) goOn4x16(dZ, A, columns, w);
  else {
    goOn4x8(dZ, A, columns, w);
    goOn4x8(dZ + 32, A, columns, w + 32);
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

/** A tile of dW, of four inputs and sixteen units. */
// @ts-ignore: decorator
@inline
export function tileOfProducts(
  dZ: usize, A: usize, counts: usize, leaves: i32, goesOn: bool, zero: usize, scratch: usize, w: usize,
): void {
  if (goesOn) goOn(dZ, A, <usize>load<u32>(counts), w);
  else if (leaves <= 2) pairs(dZ, A, counts, leaves, zero, w);
  else {
    pairs(dZ, A, counts, leaves, zero, scratch);
    fold(scratch, (leaves + 1) / 2, TILE_BYTES, w);
  }
}

/**
 * dW = sums over each leaf's columns, folded; with one leaf, `goesOn` adds to what dW holds.
 * @param counts columns of each leaf, u32, [leaves]
 * @param zero 256 bytes of zeros
 * @param scratch a tile for every two leaves
 */
export function outerProducts(
  dZ: usize, A: usize, panel: usize, dW: usize, wPanel: usize, units: i32, inputs: i32,
  counts: usize, leaves: i32, goesOn: bool, zero: usize, scratch: usize,
): void {
  for (let u = 0; u < units; u += PANEL) {
    for (let k = 0; k < inputs; k += 4) {
      const w = dW + <usize>k * LANES_BYTES;
      const a = A + <usize>(k / PANEL) * panel + (<usize>(k & 15) << 2);
      tileOfProducts(dZ, a, counts, leaves, goesOn, zero, scratch, w);
    }
    dW += wPanel;
    dZ += panel;
  }
}

/** db = sums over each leaf's columns, folded; with one leaf, `goesOn` adds to what db holds. */
export function rowSums(
  dZ: usize, panel: usize, db: usize, units: i32, counts: usize, leaves: i32, goesOn: bool, zero: usize, scratch: usize,
): void {
  for (let u = 0; u < units; u += PANEL, dZ += panel, db += LANES_BYTES) {
    if (leaves == 1) sums(dZ, counts, 1, goesOn ? db : zero, db);
    else {
      sums(dZ, counts, leaves, zero, scratch);
      fold(scratch, leaves, LANES_BYTES, db);
    }
  }
}

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

/** Folds `leaves` blocks of `bytes`, one after another, along the tree of src/shards.ts. */
export function fold(blocks: usize, leaves: i32, bytes: usize, out: usize): void {
  while (leaves > 4) {
    let into = blocks, from = blocks;
    let left = leaves;
    for (; left >= 4; left -= 4, from += 4 * bytes, into += bytes) foldFour(from, bytes, into);
    if (left == 3) foldThree(from, bytes, into);
    else if (left == 2) foldTwo(from, bytes, into);
    else if (left == 1) memory.copy(into, from, bytes);
    leaves = (leaves + 3) / 4;
  }
  if (leaves == 4) foldFour(blocks, bytes, out);
  else if (leaves == 3) foldThree(blocks, bytes, out);
  else if (leaves == 2) foldTwo(blocks, bytes, out);
}

/** out = (0 + 1) + (2 + 3) */
function foldFour(block: usize, bytes: usize, out: usize): void {
  for (const end = block + bytes; block < end; block += 32, out += 32) {
    const b = block + bytes, c = b + bytes, d = c + bytes;
    const a0 = v128.load(block), a1 = v128.load(block, 16), b0 = v128.load(b), b1 = v128.load(b, 16);
    const c0 = v128.load(c), c1 = v128.load(c, 16), d0 = v128.load(d), d1 = v128.load(d, 16);
    const s0 = f32x4.add(f32x4.add(a0, b0), f32x4.add(c0, d0)), s1 = f32x4.add(f32x4.add(a1, b1), f32x4.add(c1, d1));
    v128.store(out, s0);
    v128.store(out, s1, 16);
  }
}

/** out = (0 + 1) + 2 */
function foldThree(block: usize, bytes: usize, out: usize): void {
  for (const end = block + bytes; block < end; block += 16, out += 16) {
    const pair = f32x4.add(v128.load(block), v128.load(block + bytes));
    v128.store(out, f32x4.add(pair, v128.load(block + 2 * bytes)));
  }
}

/** out = 0 + 1 */
function foldTwo(block: usize, bytes: usize, out: usize): void {
  for (const end = block + bytes; block < end; block += 32, out += 32) {
    const b = block + bytes;
    const a0 = v128.load(block), a1 = v128.load(block, 16), b0 = v128.load(b), b1 = v128.load(b, 16);
    const s0 = f32x4.add(a0, b0), s1 = f32x4.add(a1, b1);
    v128.store(out, s0);
    v128.store(out, s1, 16);
  }
}
