/**
 * Independent, stateless jobs on a threads.js pool.
 *
 * What threads.js leaves to its user is done here: its signal handlers, which would end the
 * process, are taken off again; a job whose worker dies is run again on a new pool instead of
 * waiting for ever; nothing of its types leaves this file.
 */
import { createRequire } from "node:module";
import { setImmediate } from "node:timers/promises";
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
  spawn(worker: unknown, options: { readonly timeout: number }): Promise<unknown>;
  Worker: new (path: string, options: WorkerOptions) => NodeWorker;
}

/**
 * Jobs make much short-lived garbage (a string for each quoted cell of a table), and a heap grows as far as it may:
 * reading 110 MB by fast-csv on two threads took 630 MB of memory with a young generation of 64 MB, and 300 MB so, at
 * the same speed. What lives longer is bounded by the job, a block of 1 MB or a long row, and has no limit of its own: a
 * thread must not fail where the main thread would not. It may be much: fast-csv takes 200 MB for a cell of 8 MiB, and
 * a million columns of words have a dictionary each.
 */
export const JOB_WORKER: WorkerOptions = { resourceLimits: { maxYoungGenerationSizeMb: 8 } };

/** threads.js gives a thread 10 seconds to start, which took longer on two cores with ten others at work on them. */
const START = { timeout: 30_000 };

/** A worker of the pool went away in the middle of a job. */
export class JobWorkerDied extends Error {
  override readonly name = "JobWorkerDied";
}

function notStarted(cause: Error): JobWorkerDied {
  return new JobWorkerDied(`a reading thread could not be started: ${cause.message}`, { cause });
}

/** Makes a thread: `(threads) => new threads.Worker("./job.ts", JOB_WORKER)`, in a file beside that one. */
export type MakeWorker = (threads: Pick<Threads, "Worker">) => NodeWorker;

/** What a pool does. */
export interface JobKind<Job, Result> {
  readonly makeWorker: MakeWorker;
  /** The same on this thread, where threads cannot be started, or die again and again. */
  readonly here: (job: Job) => Result | Promise<Result>;
  /** Told once that it is so, and why. */
  readonly onAlone?: (remark: string) => void;
}

/**
 * Runs a job for each item.
 * @param jobs taken one after another, as threads become free; may be slow to come
 * @param size threads, from 1
 * @param onResult told each result as it comes
 * @returns the results in the order of the jobs
 * @throws what a job threw; then the remaining jobs are given up
 */
export async function runJobs<Job, Result>(
  kind: JobKind<Job, Result>,
  jobs: AsyncIterable<Job> | Iterable<Job>,
  size: number,
  onResult: (result: Result, place: number) => void = () => {},
): Promise<Result[]> {
  const results: Result[] = [];
  for await (const result of streamJobs(kind, jobs, size, onResult)) results.push(result);
  return results;
}

/**
 * Runs a job for each item, and gives the results in the order of the jobs, as they come: no more than two jobs a
 * thread and their results are in memory, however many there are. A caller that stops early ends the threads.
 * @throws as {@link runJobs} does; a job's error comes in its place, after the results of the jobs before it
 */
export async function* streamJobs<Job, Result>(
  kind: JobKind<Job, Result>,
  jobs: AsyncIterable<Job> | Iterable<Job>,
  size: number,
  onResult: (result: Result, place: number) => void = () => {},
): AsyncGenerator<Result> {
  const pool = new JobPool<Job, Result>(await loadThreads(), kind, size);
  /** In the order of the jobs. */
  const running: Promise<Result>[] = [];
  let place = 0;
  try {
    for await (const job of jobs) {
      const number = place++;
      const task = pool.run(job).then((result) => {
        onResult(result, number);
        return result;
      });
      // It is looked at when its turn comes.
      task.catch(() => {});
      running.push(task);
      if (running.length >= 2 * size) yield await running.shift()!;
    }
    while (running.length > 0) yield await running.shift()!;
  } finally {
    await pool.end();
  }
}

/** A pool that is made anew when one of its threads dies. */
class JobPool<Job, Result> {
  readonly #threads: Threads;
  readonly #kind: JobKind<Job, Result>;
  readonly #size: number;
  #isAlone = false;
  /** The last job on this thread: they are done one after another. */
  #here: Promise<unknown> = Promise.resolve();
  #pool: ReturnType<JobPool<Job, Result>["makePool"]>;
  #pools = 1;

  constructor(threads: Threads, kind: JobKind<Job, Result>, size: number) {
    this.#threads = threads;
    this.#kind = kind;
    this.#size = size;
    this.#pool = this.makePool();
  }

  private makePool() {
    const deaths = new WeakMap<object, Promise<never>>();
    const start = async (): Promise<JobThread<Job, Result>> => {
      const worker = this.#kind.makeWorker(this.#threads);
      // The pool's size bounds its listeners; Node's default bound of 10 would warn.
      worker.setMaxListeners(0);
      const death = new Promise<never>((_, reject) => {
        worker.once("exit", (code) => reject(new JobWorkerDied(`a reading thread stopped (exit code ${code})`)));
        worker.once("error", (cause: Error) =>
          reject(new JobWorkerDied(`a reading thread failed: ${cause.message}`, { cause })),
        );
      });
      death.catch(() => {});
      const thread = (await Promise.race([this.#threads.spawn(worker, START), death])) as JobThread<Job, Result>;
      deaths.set(thread, death);
      return thread;
    };
    // A rejection here would be thrown by threads.js where nobody catches it: a thread that did not start fails at its first job.
    const created = this.#threads.Pool<JobThread<Job, Result>>(
      () => start().catch((cause: Error) => () => Promise.reject(notStarted(cause))),
      this.#size,
    );
    return {
      run: (job: Job) =>
        created.queue((thread) => Promise.race([thread(job), ...(deaths.has(thread) ? [deaths.get(thread)!] : [])])),
      end: () => created.terminate(true),
    };
  }

  /** Runs a job, again where its thread died, and on this thread where threads keep dying. */
  async run(job: Job): Promise<Result> {
    while (!this.#isAlone) {
      const used = this.#pool;
      try {
        return await used.run(job);
      } catch (error) {
        // The first of a dead pool's jobs to notice replaces it; the others find it replaced, or ended.
        if (used !== this.#pool || this.#isAlone) continue;
        if (!(error instanceof JobWorkerDied)) throw error;
        if (this.#pools === MOST_POOLS) this.#goOnAlone(error);
        else {
          this.#pools++;
          this.#pool = this.makePool();
        }
        used.end().catch(() => {});
      }
    }
    return await this.#runHere(job);
  }

  #goOnAlone({ message }: JobWorkerDied): void {
    if (!this.#isAlone) this.#kind.onAlone?.(`one thread did the reading: ${message}`);
    this.#isAlone = true;
  }

  #runHere(job: Job): Promise<Result> {
    const result = this.#here.then(async () => {
      await setImmediate();
      return await this.#kind.here(job);
    });
    this.#here = result.catch(() => {});
    return result;
  }

  async end(): Promise<void> {
    // A pool whose threads never came up cannot end them; the failure is on its way to the caller already.
    await this.#pool.end().catch(() => {});
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
