import { threefry } from "../../numerics/random.ts";
import type { DropoutMask } from "../kernels.ts";

const fround = Math.fround;

/**
 * Eight counters give the words of sixteen units: the first words belong to units 0 to 7, the second words to units 8
 * to 15.
 */
const BLOCK = 16;
const COUNTERS = 8;

/** out = A * D, with D = 0 for dropped units and `mask.factor` for the others. */
export function dropUnits(
  { units, key: [k0, k1], limit, factor }: DropoutMask,
  examples: Uint32Array,
  A: Float32Array,
  out: Float32Array,
  columns: number,
): void {
  const words = new Int32Array(2);
  for (let c = 0; c < columns; c++) {
    for (let block = 0; block * BLOCK < units; block++) {
      for (let j = 0; j < COUNTERS; j++) {
        threefry(k0, k1, examples[c], block * COUNTERS + j, words);
        for (const half of [0, 1]) {
          const u = block * BLOCK + half * COUNTERS + j;
          if (u >= units) break;
          const i = c * units + u;
          out[i] = words[half] > limit ? fround(A[i] * factor) : 0;
        }
      }
    }
  }
}
