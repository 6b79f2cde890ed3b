/** The numbers and lines of a table so large that several threads read it in several blocks. */
import { randomStream } from "@scratch-nn/core/engine";

/** About 6 MB: reading uses threads from 4 MB on. */
export const ROWS = 16_000;
const COLUMNS = 101;
export const HEADER = `label,${Array.from({ length: COLUMNS - 1 }, (_, k) => `x${k}`).join(",")}`;

const random = randomStream(3, 50);
const rowOf = (r: number): number[] =>
  Array.from({ length: COLUMNS }, (_, k) => (k === 0 ? r % 7 : random.bits(COLUMNS * r + k) % 1000));
export const NUMBERS = Array.from({ length: ROWS }, (_, r) => rowOf(r));
export const LINES = NUMBERS.map((row) => row.join(","));
