import type { LayerShape, PackedLayer, ShardColumns } from "../kernels.ts";
import { timesDerivative } from "./derivatives.ts";

// The innermost loops are separate functions: see affine.ts.

const fround = Math.fround;

/** out = W' dZ * g'(Z[l-1]): each sum starts from 0 and takes the units in index order. */
export function backpropagate(
  { shape: { units, inputs }, W, inputActivation }: PackedLayer,
  dZ: Float32Array,
  Z: Float32Array,
  out: Float32Array,
  columns: number,
): void {
  out.fill(0, 0, inputs * columns);
  for (let c = 0; c < columns; c++) {
    for (let u = 0; u < units; u++) addMultiple(dZ[c * units + u], W, u * inputs, out, c * inputs, inputs);
  }
  timesDerivative[inputActivation!](Z, out, inputs * columns);
}

/** dW = dZ A', or adds to dW: each sum takes the columns in index order. Four columns at a time share a row. */
export function outerProducts(
  { units, inputs }: LayerShape,
  dZ: Float32Array,
  A: Float32Array,
  { counts: [columns], goesOn }: ShardColumns,
  dW: Float32Array,
): void {
  if (!goesOn) dW.fill(0);
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

/** Row u of dW += dZ[u, c .. c + 3] A[:, c .. c + 3]': four calls of {@link addMultiple} in one pass over the row. */
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

/** db = sum(dZ) per row, or adds to db, with columns in index order. */
export function rowSums(
  { units }: LayerShape,
  dZ: Float32Array,
  { counts: [columns], goesOn }: ShardColumns,
  db: Float32Array,
): void {
  if (!goesOn) db.fill(0);
  for (let c = 0; c < columns; c++) {
    for (let u = 0; u < units; u++) db[u] += dZ[c * units + u];
  }
}

/** sums = the squares of each unit's db and dW, added from left to right. */
export function sumsOfSquares(
  { units, inputs }: LayerShape,
  dW: Float32Array,
  db: Float32Array,
  sums: Float32Array,
): void {
  for (let u = 0; u < units; u++) {
    let sum = fround(db[u] * db[u]);
    for (let k = u * inputs; k < (u + 1) * inputs; k++) sum = fround(sum + fround(dW[k] * dW[k]));
    sums[u] = sum;
  }
}
