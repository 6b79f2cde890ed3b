/**
 * A time limit for MPI_Finalize, which may never return in MPICH before 4.2 over UCX's TCP. There, a rank that has
 * closed its connections waits for the launcher in a blocking read. It no longer answers a rank that is still closing
 * its own (fixed by MPICH's pull request 6596). By then everything is printed and saved. The thread that called MPI
 * hangs, so another thread ends the process.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { LastWaitData } from "./last-wait-worker.ts";

const LAST_WAIT_MILLISECONDS = 5000;

export class LastWait {
  readonly #worker: Worker;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  /**
   * Starts the time limit. When it expires, the process ends with the exit code that it has now.
   * @returns undefined if the thread cannot be started; then there is no limit
   */
  static async begin(milliseconds = LAST_WAIT_MILLISECONDS): Promise<LastWait | undefined> {
    const here = import.meta.url;
    const file = here.endsWith(".ts") ? "./last-wait-worker.ts" : "./last-wait-worker.js";
    const workerData: LastWaitData = { milliseconds, code: Number(process.exitCode ?? 0) };
    try {
      const worker = new Worker(new URL(file, here), { workerData });
      await once(worker, "message");
      return new LastWait(worker);
    } catch {
      return undefined;
    }
  }

  /** Removes the limit, after MPI_Finalize has returned. */
  async lift(): Promise<void> {
    await this.#worker.terminate();
  }
}
