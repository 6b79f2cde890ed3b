import type { LayerShape } from "../kernels.ts";

const fround = Math.fround;
const LANES = 8;

/** Z = W A + b: each sum from the bias, terms in index order. Four units at a time share a column. */
export function affine(W: Float32Array, A: Float32Array, b: Float32Array, Z: Float32Array, shape: LayerShape): void {
  const { units, inputs, columns } = shape;
  for (let c = 0; c < columns; c++) {
    const a = c * inputs;
    const z = c * units;
    let u = 0;
    for (; u + 4 <= units; u += 4) {
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
      Z[z + u] = z0;
      Z[z + u + 1] = z1;
      Z[z + u + 2] = z2;
      Z[z + u + 3] = z3;
    }
    for (; u < units; u++) {
      const w = u * inputs;
      let sum = b[u];
      for (let k = 0; k < inputs; k++) sum = fround(sum + fround(W[w + k] * A[a + k]));
      Z[z + u] = sum;
    }
  }
}

/** Z = W A + b by dot products over eight lanes: see Kernels.affineByLanes for the order. */
export function affineByLanes(
  W: Float32Array,
  A: Float32Array,
  b: Float32Array,
  Z: Float32Array,
  shape: LayerShape,
): void {
  const { units, inputs, columns } = shape;
  const whole = inputs - (inputs % LANES);
  const rest = new Float32Array(LANES);
  for (let c = 0; c < columns; c++) {
    const a = c * inputs;
    for (let u = 0; u < units; u++) {
      const w = u * inputs;
      let l0 = 0;
      let l1 = 0;
      let l2 = 0;
      let l3 = 0;
      let l4 = 0;
      let l5 = 0;
      let l6 = 0;
      let l7 = 0;
      for (let k = 0; k < whole; k += LANES) {
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
      // A lane that has no last term adds 0, which changes no sum that started from +0.
      for (let j = 0; j < LANES; j++) {
        const k = whole + j;
        rest[j] = k < inputs ? W[w + k] * A[a + k] : 0;
      }
      const even = fround(
        fround(fround(l0 + rest[0]) + fround(l4 + rest[4])) + fround(fround(l2 + rest[2]) + fround(l6 + rest[6])),
      );
      const odd = fround(
        fround(fround(l1 + rest[1]) + fround(l5 + rest[5])) + fround(fround(l3 + rest[3]) + fround(l7 + rest[7])),
      );
      Z[c * units + u] = fround(fround(even + odd) + b[u]);
    }
  }
}
