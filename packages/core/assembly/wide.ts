/** Layers in panels: Z = W A + b and dA = W' dZ, with what follows them done while a tile is at hand. */
import { activateTile, deriveTile } from "./activations";
import { IS_WIDE, LANES_BYTES, NONE, PANEL, TILE_BYTES } from "./layout";
import { affine4x8 } from "./tile-4x8";
import { affine4x16 } from "./tile-4x16";
import { turnFour } from "./turn";

// @ts-ignore: decorator
@inline
export function tile(W: usize, A: usize, panel: usize, depth: i32, start: usize, out: usize): void {
  if (IS_WIDE) affine4x16(W, A, panel, depth, start, out);
  else {
    affine4x8(W, A, panel, depth, start, out);
    affine4x8(W + 32, A, panel, depth, start + 32, out + 32);
  }
}

/**
 * Examples that all panels of weights go over before the next ones: few enough that their
 * activations stay in the second-level cache, many enough that weights are worth fetching.
 */
export const CHUNK: i32 = 64;

/**
 * out = g(W A + b).
 * @param wPanel bytes from one panel of weights to the next, and `panel` of those of examples
 * @param columns rounded up to 4: what lies beyond is computed, too
 */
export function affine(
  W: usize, wPanel: usize, A: usize, panel: usize, b: usize, out: usize, g: i32,
  units: i32, inputs: i32, columns: i32,
): void {
  const panels = (units + PANEL - 1) / PANEL;
  for (let first = 0; first < columns; first += CHUNK) {
    const end = min(columns, first + CHUNK);
    for (let p: usize = 0; p < <usize>panels; p++) {
      for (let c = first; c < end; c += 4) {
        const at = <usize>c * LANES_BYTES;
        const z = out + p * panel + at;
        tile(W + p * wPanel, A + at, panel, inputs, b + p * LANES_BYTES, z);
        if (g != NONE) activateTile(g, z);
      }
    }
  }
}

/**
 * dZ[l-1] = W' dZ * g'(Z[l-1]).
 * @param T the weights transposed: [inputs / 16][units, up to 4][16]
 * @param A A[l-1]
 * @param zero 64 bytes of zeros
 * @param out dZ[l-1]
 */
export function backpropagate(
  T: usize, tPanel: usize, dZ: usize, panel: usize, A: usize, zero: usize, out: usize, g: i32,
  units: i32, inputs: i32, columns: i32,
): void {
  const panels = (inputs + PANEL - 1) / PANEL;
  for (let first = 0; first < columns; first += CHUNK) {
    const end = min(columns, first + CHUNK);
    for (let p: usize = 0; p < <usize>panels; p++) {
      for (let c = first; c < end; c += 4) {
        const at = <usize>c * LANES_BYTES;
        const z = p * panel + at;
        tile(T + p * tPanel, dZ + at, panel, units, zero, out + z);
        deriveTile(g, A + z, out + z);
      }
    }
  }
}

/** T = W': panels of sixteen units become panels of sixteen inputs. */
export function transpose(W: usize, wPanel: usize, T: usize, tPanel: usize, units: i32, inputs: i32): void {
  for (let u = 0; u < units; u += 4) {
    const from = W + <usize>(u / PANEL) * wPanel + (<usize>(u & 15) << 2);
    for (let k = 0; k < inputs; k += 4) {
      const t = T + <usize>(k / PANEL) * tPanel + <usize>u * LANES_BYTES + (<usize>(k & 15) << 2);
      turnFour(from + <usize>k * LANES_BYTES, LANES_BYTES, t, LANES_BYTES);
    }
  }
}
