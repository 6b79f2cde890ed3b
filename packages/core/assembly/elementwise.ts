/** Sums and updates, element by element. Lengths are in bytes and multiples of 64. */

/**
 * out = factor W, and behind it eight numbers more: each 0, or NaN if not all of `out` are finite.
 */
export function scale(W: usize, factor: f32, out: usize, bytes: usize): void {
  memory.fill(out + bytes, 0, 32);
  times(W, factor, out, bytes, out + bytes);
}

/** out = factor W; adds zero times each number to eight sums. */
function times(W: usize, factor: f32, out: usize, bytes: usize, sums: usize): void {
  const f = f32x4.splat(factor), zero = f32x4.splat(0);
  let z0 = v128.load(sums), z1 = v128.load(sums, 16);
  for (const end = W + bytes; W < end; W += 32, out += 32) {
    const w0 = v128.load(W), w1 = v128.load(W, 16);
    const s0 = f32x4.mul(w0, f), s1 = f32x4.mul(w1, f);
    z0 = f32x4.add(z0, f32x4.mul(s0, zero));
    z1 = f32x4.add(z1, f32x4.mul(s1, zero));
    v128.store(out, s0);
    v128.store(out, s1, 16);
  }
  v128.store(sums, z0);
  v128.store(sums, z1, 16);
}

/** into += from. */
export function add(into: usize, from: usize, bytes: usize): void {
  for (const end = into + bytes; into < end; into += 32, from += 32) {
    const a0 = v128.load(into),
      a1 = v128.load(into, 16),
      b0 = v128.load(from),
      b1 = v128.load(from, 16);
    const s0 = f32x4.add(a0, b0),
      s1 = f32x4.add(a1, b1);
    v128.store(into, s0);
    v128.store(into, s1, 16);
  }
}

/** W = W - alpha ((sum / m) factor). */
export function update(W: usize, sum: usize, m: f32, factor: f32, alpha: f32, bytes: usize): void {
  // Dividing by a power of two is multiplying by its inverse, bit for bit, and far faster.
  const inverse: f32 = 1 / m;
  if ((reinterpret<u32>(m) & 0x007fffff) == 0) descend_mul(W, sum, inverse, factor, alpha, bytes);
  else descend_div(W, sum, m, factor, alpha, bytes);
}

// for each $O of mul, div
function descend_$O(W: usize, sum: usize, m: f32, factor: f32, alpha: f32, bytes: usize): void {
  const d = f32x4.splat(m), f = f32x4.splat(factor), a = f32x4.splat(alpha);
  for (const end = W + bytes; W < end; W += 32, sum += 32) {
    const w0 = v128.load(W), w1 = v128.load(W, 16), s0 = v128.load(sum), s1 = v128.load(sum, 16);
    const v0 = f32x4.sub(w0, f32x4.mul(a, f32x4.mul(f32x4.$O(s0, d), f)));
    const v1 = f32x4.sub(w1, f32x4.mul(a, f32x4.mul(f32x4.$O(s1, d), f)));
    v128.store(W, v0);
    v128.store(W, v1, 16);
  }
}

// end $O
/** Bytes that a pass over several arrays takes at a time: few enough to stay in the first-level cache. */
const CHUNK_BYTES: usize = 4096;

/** The same, and scaled = factor W: in one pass over memory. What {@link scale} noted is gone on with. */
export function updateScaled(
  W: usize, sum: usize, m: f32, factor: f32, alpha: f32, scaled: usize, bytes: usize,
): void {
  for (let at: usize = 0; at < bytes; at += CHUNK_BYTES) {
    const length = min(CHUNK_BYTES, bytes - at);
    update(W + at, sum + at, m, factor, alpha, length);
    times(W + at, factor, scaled + at, length, scaled + bytes);
  }
}
