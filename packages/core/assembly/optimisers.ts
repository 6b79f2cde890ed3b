/**
 * Element-wise updates with state: the formulas of src/kernels/reference/optimisers.ts, with the same operations.
 * Lengths are in bytes and multiples of 64.
 *
 * To detect numbers that are not finite, zero times each new number is added up; the sum stays zero if all are finite.
 * @returns whether all new numbers are finite
 */

/** See src/kernels/reference/optimisers.ts. */
const GRAIN: f32 = 1.262177448353619e-29;

/** V = mu V + dW, W = W - alpha V, with dW = sum / m. */
export function momentum(W: usize, V: usize, sum: usize, m: f32, alpha: f32, mu: f32, bytes: usize): bool {
  const d = f32x4.splat(m), a = f32x4.splat(alpha), u = f32x4.splat(mu), zero = f32x4.splat(0);
  let z0 = zero, z1 = zero;
  for (const end = W + bytes; W < end; W += 32, V += 32, sum += 32) {
    // repeat $I = 2
    const v$I = grained(f32x4.add(f32x4.mul(u, v128.load(V, 16 * $I)), f32x4.div(v128.load(sum, 16 * $I), d)));
    const w$I = f32x4.sub(v128.load(W, 16 * $I), f32x4.mul(a, v$I));
    z$I = f32x4.add(z$I, f32x4.add(f32x4.mul(w$I, zero), f32x4.mul(v$I, zero)));
    // end $I
    // repeat $I = 2
    v128.store(V, v$I, 16 * $I);
    // end $I
    // repeat $I = 2
    v128.store(W, w$I, 16 * $I);
    // end $I
  }
  return isZero(z0, z1);
}

/** V = mu V + dW, W = W - alpha (dW + mu V). */
export function nesterov(W: usize, V: usize, sum: usize, m: f32, alpha: f32, mu: f32, bytes: usize): bool {
  const d = f32x4.splat(m), a = f32x4.splat(alpha), u = f32x4.splat(mu), zero = f32x4.splat(0);
  let z0 = zero, z1 = zero;
  for (const end = W + bytes; W < end; W += 32, V += 32, sum += 32) {
    // repeat $I = 2
    const g$I = f32x4.div(v128.load(sum, 16 * $I), d);
    const v$I = grained(f32x4.add(f32x4.mul(u, v128.load(V, 16 * $I)), g$I));
    const w$I = f32x4.sub(v128.load(W, 16 * $I), f32x4.mul(a, f32x4.add(g$I, f32x4.mul(u, v$I))));
    z$I = f32x4.add(z$I, f32x4.add(f32x4.mul(w$I, zero), f32x4.mul(v$I, zero)));
    // end $I
    // repeat $I = 2
    v128.store(V, v$I, 16 * $I);
    // end $I
    // repeat $I = 2
    v128.store(W, w$I, 16 * $I);
    // end $I
  }
  return isZero(z0, z1);
}

/** S = beta S + rest dW^2, W = W - alpha dW / (sqrt(S) + epsilon). */
export function rmsprop(
  W: usize, S: usize, sum: usize, m: f32, alpha: f32, beta: f32, rest: f32, epsilon: f32, bytes: usize,
): bool {
  const d = f32x4.splat(m), a = f32x4.splat(alpha), b = f32x4.splat(beta), r = f32x4.splat(rest);
  const e = f32x4.splat(epsilon), zero = f32x4.splat(0);
  let z0 = zero, z1 = zero;
  for (const end = W + bytes; W < end; W += 32, S += 32, sum += 32) {
    // repeat $I = 2
    const g$I = f32x4.div(v128.load(sum, 16 * $I), d);
    const s$I = grained(f32x4.add(f32x4.mul(b, v128.load(S, 16 * $I)), f32x4.mul(r, f32x4.mul(g$I, g$I))));
    const q$I = f32x4.div(g$I, f32x4.add(f32x4.sqrt(s$I), e));
    const w$I = f32x4.sub(v128.load(W, 16 * $I), f32x4.mul(a, q$I));
    z$I = f32x4.add(z$I, f32x4.add(f32x4.mul(w$I, zero), f32x4.mul(s$I, zero)));
    // end $I
    // repeat $I = 2
    v128.store(S, s$I, 16 * $I);
    // end $I
    // repeat $I = 2
    v128.store(W, w$I, 16 * $I);
    // end $I
  }
  return isZero(z0, z1);
}

/**
 * M = beta1 M + rest1 dW, S = beta2 S + rest2 dW^2,
 * W = W - alpha (correction1 M / (sqrt(correction2 S) + epsilon) + lambda W).
 */
export function adam(
  W: usize, M: usize, S: usize, sum: usize, m: f32, alpha: f32,
  beta1: f32, rest1: f32, correction1: f32, beta2: f32, rest2: f32, correction2: f32,
  epsilon: f32, lambda: f32, bytes: usize,
): bool {
  // Division by a power of two equals multiplication by its inverse, bit for bit, and multiplication is far faster.
  const inverse: f32 = 1 / m;
  return (reinterpret<u32>(m) & 0x007fffff) == 0
    ? adam_mul(W, M, S, sum, inverse, alpha, beta1, rest1, correction1, beta2, rest2, correction2, epsilon, lambda, bytes)
    : adam_div(W, M, S, sum, m, alpha, beta1, rest1, correction1, beta2, rest2, correction2, epsilon, lambda, bytes);
}

// for each $O of mul, div
function adam_$O(
  W: usize, M: usize, S: usize, sum: usize, m: f32, alpha: f32,
  beta1: f32, rest1: f32, correction1: f32, beta2: f32, rest2: f32, correction2: f32,
  epsilon: f32, lambda: f32, bytes: usize,
): bool {
  const d = f32x4.splat(m), a = f32x4.splat(alpha), e = f32x4.splat(epsilon), l = f32x4.splat(lambda);
  const b1 = f32x4.splat(beta1), r1 = f32x4.splat(rest1), c1 = f32x4.splat(correction1);
  const b2 = f32x4.splat(beta2), r2 = f32x4.splat(rest2), c2 = f32x4.splat(correction2);
  const zero = f32x4.splat(0);
  let z0 = zero, z1 = zero;
  for (const end = W + bytes; W < end; W += 32, M += 32, S += 32, sum += 32) {
    // repeat $I = 2
    const g$I = f32x4.$O(v128.load(sum, 16 * $I), d);
    const m$I = grained(f32x4.add(f32x4.mul(b1, v128.load(M, 16 * $I)), f32x4.mul(r1, g$I)));
    const s$I = grained(f32x4.add(f32x4.mul(b2, v128.load(S, 16 * $I)), f32x4.mul(r2, f32x4.mul(g$I, g$I))));
    const q$I = f32x4.div(f32x4.mul(m$I, c1), f32x4.add(f32x4.sqrt(f32x4.mul(s$I, c2)), e));
    const o$I = v128.load(W, 16 * $I);
    const w$I = f32x4.sub(o$I, f32x4.mul(a, f32x4.add(q$I, f32x4.mul(l, o$I))));
    z$I = f32x4.add(z$I, f32x4.add(f32x4.mul(w$I, zero), f32x4.add(f32x4.mul(m$I, zero), f32x4.mul(s$I, zero))));
    // end $I
    // repeat $I = 2
    v128.store(M, m$I, 16 * $I);
    // end $I
    // repeat $I = 2
    v128.store(S, s$I, 16 * $I);
    // end $I
    // repeat $I = 2
    v128.store(W, w$I, 16 * $I);
    // end $I
  }
  return isZero(z0, z1);
}

// end $O
// @ts-ignore: decorator
@inline
function grained(x: v128): v128 {
  const grain = f32x4.splat(GRAIN);
  return f32x4.sub(f32x4.add(x, grain), grain);
}

// @ts-ignore: decorator
@inline
function isZero(z0: v128, z1: v128): bool {
  return !v128.any_true(f32x4.ne(f32x4.add(z0, z1), f32x4.splat(0)));
}
