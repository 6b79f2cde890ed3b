/**
 * Independent, stateless jobs on a threads.js pool.
 *
 * What threads.js leaves to its user is done here: its signal handlers, which would end the
 * process, are taken off again; a job whose worker dies is run again on a new pool instead of
 * waiting for ever; nothing of its types leaves this file.
 */
import { createRequire } from "node:module";
import type { Worker as NodeWorker, WorkerOptions } from "node:worker_threads";

/** How often a pool is set up again after a worker died. */
const MOST_POOLS = 3;

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** A job's thread, as threads.js makes it of an exposed function. */
type JobThread<Job, Result> = (job: Job) => Promise<Result>;

/** The part of threads.js that is used here. */
interface Threads {
  Pool<Thread>(
    spawn: () => Promise<Thread>,
    size: number,
  ): {
    queue<Result>(task: (thread: Thread) => Promise<Result>): PromiseLike<Result>;
    terminate(force: boolean): Promise<void>;
  };
  spawn(worker: unknown): Promise<unknown>;
  Worker: new (path: string, options: WorkerOptions) => NodeWorker;
}

/**
 * Jobs make much short-lived garbage (a string for each cell of a CSV file), and a heap grows as far as it may:
 * reading 110 MB of CSV on two threads took 630 MB of memory with a young generation of 64 MB, and takes 300 MB
 * so, at the same speed.
 */
export const JOB_WORKER: WorkerOptions = {
  resourceLimits: { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 32 },
};

/** A worker of the pool went away in the middle of a job. */
export class JobWorkerDied extends Error {
  override readonly name = "JobWorkerDied";
}

/**
 * Runs a job for each item.
 * @param makeWorker makes a thread: `(threads) => new threads.Worker("./job.ts", JOB_WORKER)`, in a file beside that one
 * @param jobs taken one after another, as threads become free; may be slow to come
 * @param size threads, from 1
 * @returns the results in the order of the jobs
 * @throws what a job threw (then the remaining jobs are given up), or JobWorkerDied when workers keep dying
 */
export async function runJobs<Job, Result>(
  makeWorker: (threads: Pick<Threads, "Worker">) => NodeWorker,
  jobs: AsyncIterable<Job> | Iterable<Job>,
  size: number,
  onResult: (result: Result, place: number) => void = () => {},
): Promise<Result[]> {
  const threads = await loadThreads();
  const results: Result[] = [];
  let pool = makePool();
  let pools = 1;

  function makePool() {
    const deaths = new WeakMap<object, Promise<never>>();
    const created = threads.Pool<JobThread<Job, Result>>(async () => {
      const worker = makeWorker(threads);
      // The pool's size bounds its listeners; Node's default bound of 10 would warn.
      worker.setMaxListeners(0);
      const death = new Promise<never>((_, reject) => {
        worker.once("exit", (code) => reject(new JobWorkerDied(`a reading thread stopped (exit code ${code})`)));
        worker.once("error", (cause: Error) =>
          reject(new JobWorkerDied(`a reading thread failed: ${cause.message}`, { cause })),
        );
      });
      death.catch(() => {});
      const thread = (await Promise.race([threads.spawn(worker), death])) as JobThread<Job, Result>;
      deaths.set(thread, death);
      return thread;
    }, size);
    return {
      run: (job: Job) => created.queue((thread) => Promise.race([thread(job), deaths.get(thread)!])),
      end: () => created.terminate(true),
    };
  }

  async function run(job: Job, place: number): Promise<void> {
    for (;;) {
      const used = pool;
      try {
        const result = await used.run(job);
        results[place] = result;
        onResult(result, place);
        return;
      } catch (error) {
        // The first of a dead pool's jobs to notice replaces it; the others find it replaced.
        if (used !== pool) continue;
        if (!(error instanceof JobWorkerDied) || pools === MOST_POOLS) throw error;
        pools++;
        pool = makePool();
        used.end().catch(() => {});
      }
    }
  }

  try {
    const running = new Set<Promise<void>>();
    let failure: { readonly error: unknown } | undefined;
    let place = 0;
    for await (const job of jobs) {
      const task: Promise<void> = run(job, place++)
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => running.delete(task));
      running.add(task);
      // One job waits for each that runs: enough to keep threads busy, and no more of the file in memory.
      while (running.size >= 2 * size && failure === undefined) await Promise.race(running);
      if (failure !== undefined) break;
    }
    while (running.size > 0 && failure === undefined) await Promise.race(running);
    if (failure !== undefined) throw failure.error;
    return results;
  } finally {
    // A pool whose threads never came up cannot end them; the failure is on its way to the caller already.
    await pool.end().catch(() => {});
  }
}

/** Loads threads.js without the handlers that it installs, which would exit the process on a signal. */
async function loadThreads(): Promise<Threads> {
  const before = SIGNALS.map((signal) => process.listeners(signal));
  // Its CommonJS build: the ES one reaches its own internals through a default import that bundlers resolve otherwise.
  const threads = createRequire(import.meta.url)("threads") as Threads;
  for (const [i, signal] of SIGNALS.entries()) {
    for (const listener of process.listeners(signal)) {
      if (!before[i].includes(listener)) process.off(signal, listener);
    }
  }
  return threads;
}
