import type { LayerShape } from "../kernels.ts";

const fround = Math.fround;

/** dA = W' dZ: each sum from 0, units in index order. */
export function backpropagate(W: Float32Array, dZ: Float32Array, dA: Float32Array, shape: LayerShape): void {
  const { units, inputs, columns } = shape;
  for (let c = 0; c < columns; c++) {
    const a = c * inputs;
    dA.fill(0, a, a + inputs);
    for (let u = 0; u < units; u++) {
      const w = u * inputs;
      const error = dZ[c * units + u];
      for (let k = 0; k < inputs; k++) dA[a + k] = dA[a + k] + fround(W[w + k] * error);
    }
  }
}

/** dW += dZ A': each sum goes on from dW, columns in index order. Four columns at a time share a row. */
export function addOuterProducts(dZ: Float32Array, A: Float32Array, dW: Float32Array, shape: LayerShape): void {
  const { units, inputs, columns } = shape;
  for (let u = 0; u < units; u++) {
    const w = u * inputs;
    let c = 0;
    for (; c + 4 <= columns; c += 4) {
      const e0 = dZ[c * units + u];
      const e1 = dZ[(c + 1) * units + u];
      const e2 = dZ[(c + 2) * units + u];
      const e3 = dZ[(c + 3) * units + u];
      const a0 = c * inputs;
      const a1 = a0 + inputs;
      const a2 = a1 + inputs;
      const a3 = a2 + inputs;
      for (let k = 0; k < inputs; k++) {
        let sum = fround(dW[w + k] + fround(e0 * A[a0 + k]));
        sum = fround(sum + fround(e1 * A[a1 + k]));
        sum = fround(sum + fround(e2 * A[a2 + k]));
        dW[w + k] = sum + fround(e3 * A[a3 + k]);
      }
    }
    for (; c < columns; c++) {
      const error = dZ[c * units + u];
      const a = c * inputs;
      for (let k = 0; k < inputs; k++) dW[w + k] = dW[w + k] + fround(error * A[a + k]);
    }
  }
}

/** db += sum(dZ) per row, columns in index order. */
export function addRowSums(dZ: Float32Array, db: Float32Array, units: number, columns: number): void {
  for (let c = 0; c < columns; c++) {
    for (let u = 0; u < units; u++) db[u] = db[u] + dZ[c * units + u];
  }
}
