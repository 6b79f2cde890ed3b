/**
 * The inner loops of a narrow first layer's gradient: eight inputs of some units, over the examples in which one of the
 * eight inputs is not zero, see zeros.ts.
 */
import { highBytes, highFloats, loadBytes, loadFloats, lowBytes, lowFloats } from "./numbers";

// for each $T of Bytes, Floats
// for each $N of 10, 5, 4
/**
 * dW[u][k] = start[u][k] + sums of dZ[u, c] x[c][k] for $N units and eight inputs, with columns in index order.
 * @param dZ [columns][16]
 * @param xs the addresses of the examples, u32; x[c] is the scale times the numbers there
 * @param scale the address of the scale
 * @param at the offset of the eight inputs in an example, in bytes
 * @param columns one bit per column
 * @param start, dW [$N][8]
 */
export function rows$T$N(
  dZ: usize, xs: usize, scale: usize, at: usize, columns: u64, start: usize, dW: usize,
): void {
  const factor = v128.load_splat<f32>(scale);
  // repeat $U = $N
  let w$U0 = v128.load(start, 32 * $U), w$U1 = v128.load(start, 32 * $U + 16);
  // end $U
  while (columns) {
    const c = <usize>ctz(columns);
    columns &= columns - 1;
    const z = dZ + (c << 6);
    const eight = <usize>load<u32>(xs + (c << 2)) + at;
    const loaded = load$T(eight);
    const a0 = f32x4.mul(low$T(eight, loaded), factor), a1 = f32x4.mul(high$T(eight, loaded), factor);
    // repeat $U = $N
    const e$U = v128.load_splat<f32>(z, 4 * $U);
    w$U0 = f32x4.add(w$U0, f32x4.mul(a0, e$U));
    w$U1 = f32x4.add(w$U1, f32x4.mul(a1, e$U));
    // end $U
  }
  // repeat $U = $N
  v128.store(dW, w$U0, 32 * $U);
  v128.store(dW, w$U1, 32 * $U + 16);
  // end $U
}

// end $N
// end $T
