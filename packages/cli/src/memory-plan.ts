/** Whether a run fits into memory, before it asks for any. */
import { freemem } from "node:os";
import { InputError } from "@scratch-nn/core";
import { thousands } from "./report.ts";

/** What a thread of Node takes, with the code that it runs: measured 30 to 40 MB. */
const WORKER_BYTES = 40e6;

/** Memory that the machine, or the container, would give; swap is not counted. */
export function availableMemory(): number {
  const { availableMemory: ofProcess } = process as { availableMemory?: () => number };
  return ofProcess?.() ?? freemem();
}

export const megabytes = (bytes: number): string => `${thousands(Math.ceil(bytes / 1e6))} MB`;

/** What a run takes besides the dataset: matrices of all threads, and the threads themselves. */
export function runMemory(regions: number, workers: number): { readonly bytes: number; readonly text: string } {
  const bytes = regions + workers * WORKER_BYTES;
  const threads =
    workers === 0 ? "" : `, ${workers} ${workers === 1 ? "worker" : "workers"} ${megabytes(workers * WORKER_BYTES)}`;
  return { bytes, text: `parameters, partial sums and tiles ${megabytes(regions)}${threads}` };
}

/**
 * @param what takes that memory
 * @throws InputError with both figures when there is not so much
 */
export function requireMemory(what: string, bytes: number, remedy: string): void {
  const available = availableMemory();
  if (bytes <= available) return;
  throw new InputError({
    where: "memory",
    expected: `${megabytes(bytes)} for ${what}`,
    found: `${megabytes(available)} available`,
    remedy,
  });
}
