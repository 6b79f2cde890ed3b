import type { PackedLayer } from "../kernels.ts";

// The innermost loop of each kernel is a separate function. An engine compiles a frequently called function as a whole.
// In a nest of loops, it would enter and leave the compiled code in the middle.

const fround = Math.fround;
const LANES = 8;

/**
 * Z = W A + b: each sum starts from the bias and takes its terms in index order. Four units at a time share a column.
 */
export function affine(layer: PackedLayer, A: Float32Array, Z: Float32Array, columns: number): void {
  const { shape, W, b } = layer;
  const { units, inputs } = shape;
  for (let c = 0; c < columns; c++) {
    let u = 0;
    for (; u + 4 <= units; u += 4) fourUnits(layer, u, A, c, Z);
    for (; u < units; u++) Z[c * units + u] = dotFrom(b[u], W, u * inputs, A, c * inputs, inputs);
  }
}

/** start + W[w ..] . A[a ..], with terms in index order. */
function dotFrom(start: number, W: Float32Array, w: number, A: Float32Array, a: number, length: number): number {
  let sum = start;
  for (let k = 0; k < length; k++) sum = fround(sum + fround(W[w + k] * A[a + k]));
  return sum;
}

/** Z[u .. u + 3, c] of an affine layer: four sums as in {@link dotFrom}, interleaved. */
function fourUnits({ shape, W, b }: PackedLayer, u: number, A: Float32Array, c: number, Z: Float32Array): void {
  const { units, inputs } = shape;
  const a = c * inputs;
  const w0 = u * inputs;
  const w1 = w0 + inputs;
  const w2 = w1 + inputs;
  const w3 = w2 + inputs;
  let z0 = b[u];
  let z1 = b[u + 1];
  let z2 = b[u + 2];
  let z3 = b[u + 3];
  for (let k = 0; k < inputs; k++) {
    const x = A[a + k];
    z0 = fround(z0 + fround(W[w0 + k] * x));
    z1 = fround(z1 + fround(W[w1 + k] * x));
    z2 = fround(z2 + fround(W[w2 + k] * x));
    z3 = fround(z3 + fround(W[w3 + k] * x));
  }
  const z = c * units + u;
  Z[z] = z0;
  Z[z + 1] = z1;
  Z[z + 2] = z2;
  Z[z + 3] = z3;
}

/** Z = W A + b by dot products over eight lanes: see Kernels.affine for the order of the sums. */
export function affineByLanes(
  { shape: { units, inputs }, W, b }: PackedLayer,
  A: Float32Array,
  Z: Float32Array,
  columns: number,
): void {
  for (let c = 0; c < columns; c++) {
    for (let u = 0; u < units; u++) {
      Z[c * units + u] = fround(dotByLanes(W, u * inputs, A, c * inputs, inputs) + b[u]);
    }
  }
}

/** W[w ..] . A[a ..]: lane j starts from 0 and takes terms j, j + 8, ...; then the lanes fold. */
function dotByLanes(W: Float32Array, w: number, A: Float32Array, a: number, length: number): number {
  let l0 = 0;
  let l1 = 0;
  let l2 = 0;
  let l3 = 0;
  let l4 = 0;
  let l5 = 0;
  let l6 = 0;
  let l7 = 0;
  let k = 0;
  for (; k + LANES <= length; k += LANES) {
    const i = w + k;
    const j = a + k;
    l0 = fround(l0 + fround(W[i] * A[j]));
    l1 = fround(l1 + fround(W[i + 1] * A[j + 1]));
    l2 = fround(l2 + fround(W[i + 2] * A[j + 2]));
    l3 = fround(l3 + fround(W[i + 3] * A[j + 3]));
    l4 = fround(l4 + fround(W[i + 4] * A[j + 4]));
    l5 = fround(l5 + fround(W[i + 5] * A[j + 5]));
    l6 = fround(l6 + fround(W[i + 6] * A[j + 6]));
    l7 = fround(l7 + fround(W[i + 7] * A[j + 7]));
  }
  // The remaining terms, fewer than the lanes.
  if (k < length) l0 = fround(l0 + fround(W[w + k] * A[a + k]));
  if (k + 1 < length) l1 = fround(l1 + fround(W[w + k + 1] * A[a + k + 1]));
  if (k + 2 < length) l2 = fround(l2 + fround(W[w + k + 2] * A[a + k + 2]));
  if (k + 3 < length) l3 = fround(l3 + fround(W[w + k + 3] * A[a + k + 3]));
  if (k + 4 < length) l4 = fround(l4 + fround(W[w + k + 4] * A[a + k + 4]));
  if (k + 5 < length) l5 = fround(l5 + fround(W[w + k + 5] * A[a + k + 5]));
  if (k + 6 < length) l6 = fround(l6 + fround(W[w + k + 6] * A[a + k + 6]));
  const even = fround(fround(l0 + l4) + fround(l2 + l6));
  const odd = fround(fround(l1 + l5) + fround(l3 + l7));
  return fround(even + odd);
}
