/** How many threads read, draw and predict. */
import { availableParallelism } from "node:os";
import { roomForThreads } from "@scratch-nn/parallel/engine";

/** Threads whose addresses are left to what comes while others read: features, and the kernels that are tried out. */
const SPARE = 2;

/**
 * No more than there are cores, and addresses for: where Node is short of these it ends, with nothing to catch.
 * @param wanted 0 for none but this one
 * @returns from 1, which stands for this thread
 */
export function readingThreads(wanted: number): number {
  // The pool's files are of the same kind as this one.
  return Math.max(1, roomForThreads(SPARE + Math.min(wanted, availableParallelism()), import.meta.url) - SPARE);
}
