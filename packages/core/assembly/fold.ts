/**
 * Adds blocks of numbers along the tree of src/reduction/shards.ts: adjacent blocks first, then adjacent pairs, and so
 * on. A block without a neighbour is carried over. Two levels are done at a time, since four blocks and their sum fit
 * into the registers.
 */
import { REDUCE_CHUNK_BYTES, SCRATCH_SUMS } from "./constants";

/**
 * Folds blocks.
 * @param blocks `count` blocks, `step` bytes apart
 * @param bytes of each, a multiple of 32
 * @param scratch a buffer for a quarter of the blocks; it may be at `blocks` if `step` is `bytes`
 * @param out may also be at `blocks`
 */
export function fold(blocks: usize, step: usize, count: i32, bytes: usize, scratch: usize, out: usize): void {
  while (count > 4) {
    let from = blocks, into = scratch;
    for (let left = count; left > 0; left -= 4, from += 4 * step, into += bytes) foldUpToFour(from, step, left, bytes, into);
    blocks = scratch;
    step = bytes;
    count = (count + 3) / 4;
  }
  foldUpToFour(blocks, step, count, bytes, out);
}

/** Folds the first four blocks, or all if there are fewer. */
// @ts-ignore: decorator
@inline
function foldUpToFour(block: usize, step: usize, count: i32, bytes: usize, out: usize): void {
  if (count >= 4) foldFour(block, step, bytes, out);
  else if (count == 3) foldThree(block, step, bytes, out);
  else if (count == 2) foldTwo(block, step, bytes, out);
  else if (block != out) memory.copy(out, block, bytes);
}

/** out = (0 + 1) + (2 + 3) */
function foldFour(block: usize, step: usize, bytes: usize, out: usize): void {
  for (const end = block + bytes; block < end; block += 32, out += 32) {
    const b = block + step, c = b + step, d = c + step;
    const a0 = v128.load(block), a1 = v128.load(block, 16), b0 = v128.load(b), b1 = v128.load(b, 16);
    const c0 = v128.load(c), c1 = v128.load(c, 16), d0 = v128.load(d), d1 = v128.load(d, 16);
    const s0 = f32x4.add(f32x4.add(a0, b0), f32x4.add(c0, d0)), s1 = f32x4.add(f32x4.add(a1, b1), f32x4.add(c1, d1));
    v128.store(out, s0);
    v128.store(out, s1, 16);
  }
}

/** out = (0 + 1) + 2 */
function foldThree(block: usize, step: usize, bytes: usize, out: usize): void {
  for (const end = block + bytes; block < end; block += 32, out += 32) {
    const b = block + step, c = b + step;
    const a0 = v128.load(block), a1 = v128.load(block, 16), b0 = v128.load(b), b1 = v128.load(b, 16);
    const c0 = v128.load(c), c1 = v128.load(c, 16);
    const s0 = f32x4.add(f32x4.add(a0, b0), c0), s1 = f32x4.add(f32x4.add(a1, b1), c1);
    v128.store(out, s0);
    v128.store(out, s1, 16);
  }
}

/** out = 0 + 1 */
function foldTwo(block: usize, step: usize, bytes: usize, out: usize): void {
  for (const end = block + bytes; block < end; block += 32, out += 32) {
    const b = block + step;
    const a0 = v128.load(block), a1 = v128.load(block, 16), b0 = v128.load(b), b1 = v128.load(b, 16);
    const s0 = f32x4.add(a0, b0), s1 = f32x4.add(a1, b1);
    v128.store(out, s0);
    v128.store(out, s1, 16);
  }
}

/** into += from. */
export function add(into: usize, from: usize, bytes: usize): void {
  foldTwo(into, from - into, bytes, into);
}

/**
 * out = `count` partials, folded chunk by chunk, so that intermediate sums stay in the first-level cache.
 * @param partials the first one; the others follow at distances of `stride` bytes; at most 128
 * @param bytes of each, a multiple of 64
 * @param out may be at the first partial
 */
export function reduce(partials: usize, stride: usize, count: i32, bytes: usize, out: usize, scratch: usize): void {
  if (count <= 4) {
    fold(partials, stride, count, bytes, 0, out);
    return;
  }
  for (let at: usize = 0; at < bytes; at += REDUCE_CHUNK_BYTES) {
    const chunk = min(REDUCE_CHUNK_BYTES, bytes - at);
    fold(partials + at, stride, count, chunk, scratch + SCRATCH_SUMS, out + at);
  }
}
