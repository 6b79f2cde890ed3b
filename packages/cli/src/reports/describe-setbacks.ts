/** Describes lost threads, and threads that could not be started. */
import type { Retry, Shortage } from "@scratch-nn/parallel";

export function describeRetry({ worker, reason, epoch, step, isReplaced }: Retry): string {
  const what = isReplaced ? "it is replaced" : "workers fail again and again, so the main thread goes on alone";
  return `worker ${worker} ${reason}; ${what}, from step ${step} of epoch ${epoch} on`;
}

/** @param what the work that continues with fewer threads */
export function describeShortage({ threads, wanted, reason }: Shortage, what: string): string {
  const who = threads === 1 ? "the main thread alone" : `${threads} threads of ${wanted}`;
  return `${reason}; ${what} goes on with ${who}, to the same bits`;
}
