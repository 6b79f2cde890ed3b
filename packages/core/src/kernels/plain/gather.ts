/** A[:, c] = X[:, columns[first + c]], as f32. */
export function gather(
  X: Uint8Array | Float32Array,
  rows: number,
  columns: Uint32Array,
  first: number,
  count: number,
  A: Float32Array,
): void {
  for (let c = 0; c < count; c++) {
    const x = columns[first + c] * rows;
    A.set(X.subarray(x, x + rows), c * rows);
  }
}
