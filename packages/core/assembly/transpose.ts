/** Transposition of matrices. */
import { LANES_BYTES, PANEL } from "./constants";
import { weightsPanelBytes } from "./layout";

/**
 * Transposes a square of four by four numbers.
 * @param fromStep, toStep bytes from one row to the next
 */
// @ts-ignore: decorator
@inline
export function transpose4x4(from: usize, fromStep: usize, to: usize, toStep: usize): void {
  const r0 = v128.load(from), r1 = v128.load(from + fromStep);
  const r2 = v128.load(from + 2 * fromStep), r3 = v128.load(from + 3 * fromStep);
  const a = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5), b = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5);
  const c = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7), d = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i32>(a, b, 0, 1, 4, 5));
  v128.store(to + toStep, v128.shuffle<i32>(a, b, 2, 3, 6, 7));
  v128.store(to + 2 * toStep, v128.shuffle<i32>(c, d, 0, 1, 4, 5));
  v128.store(to + 3 * toStep, v128.shuffle<i32>(c, d, 2, 3, 6, 7));
}

/**
 * T = W' for panels [first, end) of W. Two threads with different panels write to different cache lines of T.
 * @param W [units / 16][inputs, up to 4][16]
 * @param T [inputs / 16][units, up to 4][16]
 */
export function transpose(W: usize, T: usize, units: i32, inputs: i32, first: i32, end: i32): void {
  const wPanel = weightsPanelBytes(inputs), tPanel = weightsPanelBytes(units);
  for (let p = first; p < end; p++) {
    const stop = min(units, (p + 1) * PANEL);
    // Sixteen by sixteen numbers at a time, which are whole cache lines of both.
    for (let k = 0; k < inputs; k += PANEL) {
      const from = W + <usize>p * wPanel + <usize>k * LANES_BYTES;
      const to = T + <usize>(k / PANEL) * tPanel;
      for (let u = p * PANEL; u < stop; u += 4) {
        const lanes = from + (<usize>(u & 15) << 2), row = to + <usize>u * LANES_BYTES;
        for (let i: usize = 0; i < <usize>min(PANEL, inputs - k); i += 4) {
          transpose4x4(lanes + i * LANES_BYTES, LANES_BYTES, row + (i << 2), LANES_BYTES);
        }
      }
    }
  }
}
