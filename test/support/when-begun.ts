import type { Worker } from "node:worker_threads";
import { onTestFinished } from "vitest";

/**
 * Main begins before its workers do: with this, a run can wait for them.
 * @param workers how many are going to be started from now on
 * @returns a function that waits until they run
 */
export function whenBegun(workers: number): () => Promise<void> {
  const begun: Promise<unknown>[] = [];
  const watch = (worker: Worker): void => {
    begun.push(new Promise((resolve) => worker.once("message", resolve)));
  };
  process.on("worker", watch);
  onTestFinished(() => {
    process.off("worker", watch);
  });
  return async () => {
    // Node tells of a worker once its constructor has returned.
    while (begun.length < workers) await new Promise((resolve) => setImmediate(resolve));
    await Promise.all(begun);
  };
}
