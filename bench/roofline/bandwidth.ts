/**
 * Measures memory bandwidth by copy, a = b, and triad, a = b + s c, over arrays in each of the caches and beyond them.
 * Like STREAM, it counts the bytes that are read and those that are written: J. D. McCalpin, "Memory bandwidth and
 * machine balance in current high performance computers", 1995.
 */
import { readFileSync } from "node:fs";
import { type Compiled, compile } from "./compile.ts";

const KB = 1024;
const MB = 1024 * KB;
const F32_BYTES = 4;
/** Total sizes of all arrays: for a first-level cache, a second-level cache, and between those and main memory. */
const SETS = [24 * KB, 384 * KB, 3 * MB, 24 * MB];
/** The range of the total size of arrays that exceed the caches: twice the last cache within these limits. */
const [LEAST_BEYOND, MOST_BEYOND] = [192 * MB, 768 * MB];
/** The least bytes that a timed call moves. */
const BYTES_PER_CALL = 2e8;
/** The bytes of one loop iteration: two 256-bit vectors. */
const TURN = 64;

export interface BandwidthTask {
  readonly name: string;
  /** The total bytes of the arrays. */
  readonly set: number;
  /** Bytes that a call reads and writes. */
  readonly items: number;
  readonly run: () => void;
}

/** The AssemblyScript source; each iteration processes 64 bytes. */
function source(): string {
  const turn = (value: (at: number) => string): string =>
    [0, 16, 32, 48].map((at) => `v128.store(a, ${value(at)}, ${at});`).join(" ");
  return `
  export function copy(a: usize, b: usize, bytes: usize): void {
    const end = a + bytes;
    while (a < end) { ${turn((at) => `v128.load(b, ${at})`)} a += ${TURN}; b += ${TURN}; }
  }
  export function triad(a: usize, b: usize, c: usize, s: f32, bytes: usize): void {
    const end = a + bytes;
    const factor = f32x4.splat(s);
    while (a < end) {
      ${turn((at) => `f32x4.add(v128.load(b, ${at}), f32x4.mul(factor, v128.load(c, ${at})))`)}
      a += ${TURN}; b += ${TURN}; c += ${TURN};
    }
  }`;
}

export interface Stream {
  /** numbers[a ..] = numbers[b ..]; offsets and count are in numbers, count is a multiple of 16. */
  copy(a: number, b: number, count: number): void;
  /** numbers[a ..] = numbers[b ..] + s numbers[c ..] */
  triad(places: readonly [a: number, b: number, c: number], s: number, count: number): void;
  readonly numbers: Float32Array;
}

/** Compiles the loops. @param bytes of memory */
export async function prepareStream(bytes: number): Promise<Stream> {
  const { exports, numbers }: Compiled = await compile(source(), bytes);
  const at = (place: number): number => F32_BYTES * place;
  return {
    copy: (a, b, count) => exports["copy"](at(a), at(b), at(count)),
    triad: ([a, b, c], s, count) => exports["triad"](at(a), at(b), at(c), s, at(count)),
    numbers,
  };
}

/** Returns copy and triad tasks over arrays of increasing size. */
export async function bandwidthTasks(): Promise<BandwidthTask[]> {
  const beyond = Math.max(LEAST_BEYOND, Math.min(MOST_BEYOND, 2 * lastCacheBytes()));
  const stream = await prepareStream(beyond);
  return [...SETS, beyond].flatMap((set) => {
    const task = (name: string, arrays: number, run: (count: number) => void): BandwidthTask => {
      const count = 16 * Math.floor(set / F32_BYTES / arrays / 16);
      const bytes = arrays * F32_BYTES * count;
      const repeats = Math.ceil(BYTES_PER_CALL / bytes);
      return {
        name: `${name}, ${sizeOf(set)}${set === beyond ? ", beyond the caches" : ""}`,
        set,
        items: bytes * repeats,
        run: () => {
          for (let i = 0; i < repeats; i++) run(count);
        },
      };
    };
    return [
      task("copy", 2, (count) => stream.copy(0, count, count)),

      task("triad", 3, (count) => stream.triad([0, count, 2 * count], 1 / 3, count)),
    ];
  });
}

const sizeOf = (bytes: number): string => (bytes < MB ? `${bytes / KB} KB` : `${Math.round(bytes / MB)} MB`);

/** @returns 0 if the system does not say */
function lastCacheBytes(): number {
  let most = 0;
  for (let index = 0; index < 5; index++) {
    try {
      const text = readFileSync(`/sys/devices/system/cpu/cpu0/cache/index${index}/size`, "utf8");
      const [, number, unit] = /^(\d+)([KM]?)/.exec(text) ?? [];
      most = Math.max(most, Number(number) * (unit === "M" ? MB : unit === "K" ? KB : 1));
    } catch {
      break;
    }
  }
  return most;
}
