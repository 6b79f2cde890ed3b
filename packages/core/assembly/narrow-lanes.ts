/**
 * The inner loops of a narrow first layer's forward pass: the lane sums of some units for one example.
 *
 *   lane j of unit u   sum of W[u][k] x[k] over k = j, j + 8, j + 16, ..., in order
 *
 * Blocks of eight inputs that are all zero are skipped, see zeros.ts. Sums are stored, not folded: V8 starts from
 * stores when it looks for pairs to turn into 256-bit operations.
 */
import { highBytes, highFloats, loadBytes, loadFloats, lowBytes, lowFloats, SIZE_Bytes, SIZE_Floats } from "./numbers";

// for each $T of Bytes, Floats
// for each $N of 10, 5, 4
/**
 * Computes the sums of $N units, 32 bytes each.
 * @param W the units' weights of a block, 32 bytes each; those of the next block are `wStep` bytes further
 * @param x the address of the example; its inputs are the scale times the numbers there
 * @param scale the address of the scale
 * @param map one bit per block, `mapBytes` in all
 */
export function lanes$T$N(
  W: usize, wStep: usize, x: usize, scale: usize, map: usize, mapBytes: usize, sums: usize,
): void {
  const factor = v128.load_splat<f32>(scale);
  // repeat $U = $N
  let s$U0 = f32x4.splat(0), s$U1 = f32x4.splat(0);
  // end $U
  for (const end = map + mapBytes; map < end; map += 8, W += wStep << 6, x += 512 * SIZE_$T) {
    let blocks = load<u64>(map);
    while (blocks) {
      const k = <usize>ctz(blocks);
      blocks &= blocks - 1;
      const eight = x + k * (8 * SIZE_$T);
      const loaded = load$T(eight);
      const a0 = f32x4.mul(low$T(eight, loaded), factor), a1 = f32x4.mul(high$T(eight, loaded), factor);
      const w = W + k * wStep;
      // repeat $U = $N
      const w$U0 = v128.load(w, 32 * $U), w$U1 = v128.load(w, 32 * $U + 16);
      s$U0 = f32x4.add(s$U0, f32x4.mul(w$U0, a0));
      s$U1 = f32x4.add(s$U1, f32x4.mul(w$U1, a1));
      // end $U
    }
  }
  // repeat $U = $N
  v128.store(sums, s$U0, 32 * $U);
  v128.store(sums, s$U1, 32 * $U + 16);
  // end $U
}

// end $N
// end $T
