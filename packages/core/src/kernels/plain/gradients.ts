import type { LayerShape } from "../kernels.ts";

// The innermost loops are functions of their own: see affine.ts.

const fround = Math.fround;

/** dA = W' dZ: each sum from 0, units in index order. */
export function backpropagate(W: Float32Array, dZ: Float32Array, dA: Float32Array, shape: LayerShape): void {
  const { units, inputs, columns } = shape;
  dA.fill(0, 0, inputs * columns);
  for (let c = 0; c < columns; c++) {
    for (let u = 0; u < units; u++) addMultiple(dZ[c * units + u], W, u * inputs, dA, c * inputs, inputs);
  }
}

/** dW += dZ A': each sum goes on from dW, columns in index order. Four columns at a time share a row. */
export function addOuterProducts(dZ: Float32Array, A: Float32Array, dW: Float32Array, shape: LayerShape): void {
  const { units, inputs, columns } = shape;
  for (let u = 0; u < units; u++) {
    let c = 0;
    for (; c + 4 <= columns; c += 4) addFourColumns(dZ, A, c, dW, u, units, inputs);
    for (; c < columns; c++) addMultiple(dZ[c * units + u], A, c * inputs, dW, u * inputs, inputs);
  }
}

/** into[i ..] += factor from[f ..]. */
function addMultiple(
  factor: number,
  from: Float32Array,
  f: number,
  into: Float32Array,
  i: number,
  length: number,
): void {
  for (let k = 0; k < length; k++) into[i + k] += fround(from[f + k] * factor);
}

/** Row u of dW += dZ[u, c .. c + 3] A[:, c .. c + 3]': four times {@link addMultiple}, in one pass over the row. */
function addFourColumns(
  dZ: Float32Array,
  A: Float32Array,
  c: number,
  dW: Float32Array,
  u: number,
  units: number,
  inputs: number,
): void {
  const w = u * inputs;
  const a0 = c * inputs;
  const a1 = a0 + inputs;
  const a2 = a1 + inputs;
  const a3 = a2 + inputs;
  const e0 = dZ[c * units + u];
  const e1 = dZ[(c + 1) * units + u];
  const e2 = dZ[(c + 2) * units + u];
  const e3 = dZ[(c + 3) * units + u];
  for (let k = 0; k < inputs; k++) {
    let sum = fround(dW[w + k] + fround(e0 * A[a0 + k]));
    sum = fround(sum + fround(e1 * A[a1 + k]));
    sum = fround(sum + fround(e2 * A[a2 + k]));
    dW[w + k] = sum + fround(e3 * A[a3 + k]);
  }
}

/** db += sum(dZ) per row, columns in index order. */
export function addRowSums(dZ: Float32Array, db: Float32Array, units: number, columns: number): void {
  for (let c = 0; c < columns; c++) {
    for (let u = 0; u < units; u++) db[u] += dZ[c * units + u];
  }
}
