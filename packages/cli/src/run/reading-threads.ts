/** Chooses the number of threads that read, draw and predict. */
import { availableParallelism } from "node:os";
import { roomForThreads } from "@scratch-nn/parallel/engine";

/**
 * Address space for this number of threads stays reserved for concurrent allocations: features, and the kernels under
 * trial.
 */
const SPARE = 2;

/**
 * Limits the threads to the number of cores and to the address space. Node aborts without an exception when address
 * space runs out.
 * @param wanted 0 for this thread only
 * @returns at least 1, which stands for this thread
 */
export function readingThreads(wanted: number): number {
  // The pool's files have the same extension as this one.
  return Math.max(1, roomForThreads(SPARE + Math.min(wanted, availableParallelism()), import.meta.url) - SPARE);
}
