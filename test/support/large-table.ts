/** The numbers and the lines of a table that is read in several blocks, by more than one thread. */
import { randomStream } from "@scratch-nn/core/engine";

/** Some 6 MB: threads are worth starting from 4 MB on. */
export const ROWS = 16_000;
const COLUMNS = 101;
export const HEADER = `label,${Array.from({ length: COLUMNS - 1 }, (_, k) => `x${k}`).join(",")}`;

const random = randomStream(3, 50);
const rowOf = (r: number): number[] =>
  Array.from({ length: COLUMNS }, (_, k) => (k === 0 ? r % 7 : random.bits(COLUMNS * r + k) % 1000));
export const NUMBERS = Array.from({ length: ROWS }, (_, r) => rowOf(r));
export const LINES = NUMBERS.map((row) => row.join(","));
