/**
 * MPICH before 4.2, over TCP by UCX, may stay in MPI_Finalize for ever: a rank that is through with its connections waits
 * for the launcher, inside a read, and answers no more to one that is not (mended by pull request 6596 of MPICH). By then
 * all is said, printed and saved. The thread that calls MPI hangs, so it is another one that ends the process in time.
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
   * From now on, the process has a last time to live: it ends with the exit code that it has.
   * @returns undefined where there is no room for that thread: most often, MPI_Finalize returns
   */
  static async begin(): Promise<LastWait | undefined> {
    const here = import.meta.url;
    const file = here.endsWith(".ts") ? "./last-wait-worker.ts" : "./last-wait-worker.js";
    const workerData: LastWaitData = { milliseconds: LAST_WAIT_MILLISECONDS, code: Number(process.exitCode ?? 0) };
    try {
      const worker = new Worker(new URL(file, here), { workerData });
      await once(worker, "message");
      return new LastWait(worker);
    } catch {
      return undefined;
    }
  }

  async lift(): Promise<void> {
    await this.#worker.terminate();
  }
}
