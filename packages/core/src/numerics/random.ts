/**
 * Counter-based random numbers: the n-th number of a stream is a pure function of (seed, path of the stream, n). No
 * state is kept between calls, so any thread can compute any number, in any order, with the same bits.
 *
 * Threefry-2x32 with 20 rounds: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy
 * as 1, 2, 3", SC 2011.
 */
import { log, sqrt } from "./functions.ts";

const PARITY = 0x1bd11bda;
const TWO_TO_32 = 4294967296;

const fround = Math.fround;

/** The default seed. */
export const DEFAULT_SEED = 1;

/** The first number of a stream's path is its purpose, so that no two uses share a stream. */
export const PURPOSE = {
  parameters: 1,
  order: 2,
  split: 3,
  drawing: 4,
  dropout: 5,
  validation: 6,
  folds: 7,
  search: 8,
  samples: 9,
} as const;

/**
 * Threefry-2x32-20: encrypts the counter (c0, c1) with the key (k0, k1).
 * @param words receives two words of 32 random bits. They are signed, because engines box unsigned integers and keys
 *   made of them. They are not returned, because an array per draw would cause most of a run's garbage.
 */
export function threefry(k0: number, k1: number, c0: number, c1: number, words: Int32Array): void {
  const k2 = PARITY ^ k0 ^ k1;
  let x0 = (c0 + k0) | 0;
  let x1 = (c1 + k1) | 0;
  // Twenty rounds, with a key injection after every fourth, are written out: twice as fast as loops.
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
  x0 = (x0 + k1) | 0;
  x1 = (x1 + k2 + 1) | 0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0;
  x0 = (x0 + k2) | 0;
  x1 = (x1 + k0 + 2) | 0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
  x0 = (x0 + k0) | 0;
  x1 = (x1 + k1 + 3) | 0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0;
  x0 = (x0 + k1) | 0;
  x1 = (x1 + k2 + 4) | 0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
  x0 = (x0 + k2) | 0;
  x1 = (x1 + k0 + 5) | 0;
  words[0] = x0;
  words[1] = x1;
}

/** A stream of random numbers, addressed by index. */
export interface RandomStream {
  /** 32 random bits as an unsigned integer; `attempt` gives further numbers at the same index. */
  bits(index: number, attempt?: number): number;
  /** Uniform on [0, 1), a multiple of 2^-24: exact in f32. */
  uniform(index: number): number;
  /** Uniform on the whole numbers 0 .. bound - 1, without bias; `bound` is from 1 to 2^32. */
  below(bound: number, index: number): number;
  /** Standard normal, an f32. */
  normal(index: number): number;
}

/**
 * The key with which {@link threefry} encrypts the indices of the stream at a path.
 * @param seed, path as for {@link randomStream}
 */
export function streamKey(seed: number, ...path: readonly number[]): readonly [k0: number, k1: number] {
  const words = new Int32Array(2);
  threefry(seed, 0, path.length, 0, words);
  for (const step of path) threefry(words[0], words[1], step, 1, words);
  return [words[0], words[1]];
}

/**
 * Opens the stream at a path.
 * @param seed whole number from 0 to 2^32 - 1
 * @param path the purpose, see {@link PURPOSE}, then any numbers that distinguish streams of that purpose (an epoch, a
 *   layer)
 */
export function randomStream(seed: number, ...path: readonly number[]): RandomStream {
  const words = new Int32Array(2);
  const [k0, k1] = streamKey(seed, ...path);

  const bits = (index: number, attempt = 0): number => {
    threefry(k0, k1, index, attempt, words);
    return words[0] >>> 0;
  };

  return {
    bits,
    uniform: (index) => (bits(index) >>> 8) / 16777216,
    below(bound, index) {
      // The first `usable` values are spread evenly over the bound; a larger value is drawn again.
      const divisor = bound >>> 0;
      if (divisor === 0) return bits(index);
      const usable = TWO_TO_32 - ((-divisor >>> 0) % divisor);
      let attempt = 0;
      let value = bits(index, attempt);
      while (value >= usable) value = bits(index, ++attempt);
      return value % divisor;
    },
    normal(index) {
      // The polar method (Marsaglia and Bray, 1964): a point in the unit disc, from two 24-bit uniforms.
      for (let attempt = 0; ; attempt++) {
        threefry(k0, k1, index, attempt, words);
        const u = (words[0] >>> 8) / 8388608 - 1;
        const v = (words[1] >>> 8) / 8388608 - 1;
        const s = fround(u * u + v * v);
        if (s > 0 && s < 1) return fround(u * sqrt(fround(fround(-2 * log(s)) / s)));
      }
    },
  };
}
