import type { Worker } from "node:worker_threads";
import { onTestFinished } from "vitest";

/**
 * Lets a run wait for its workers, since main begins before them.
 * @param workers the number of workers that will be started from now on
 * @returns a function that waits until they run
 */
export function whenBegun(workers: number): () => Promise<void> {
  const begun: Promise<unknown>[] = [];
  const watch = (worker: Worker): void => {
    begun.push(new Promise((resolve) => worker.once("message", resolve)));
    if (begun.length === workers) process.off("worker", watch);
  };
  process.on("worker", watch);
  onTestFinished(() => {
    process.off("worker", watch);
  });
  return async () => {
    // Node emits the event "worker" once the worker's constructor has returned.
    while (begun.length < workers) await new Promise((resolve) => setImmediate(resolve));
    await Promise.all(begun);
  };
}
