/**
 * A threads.js pool whose jobs end, whatever becomes of their threads.
 *
 * What threads.js leaves to its user is done here: its signal handlers, which would end the process, are taken off
 * again; a job whose thread dies fails instead of waiting for ever; nothing of its types leaves this package.
 */
import { createRequire } from "node:module";
import type { Worker as NodeWorker, WorkerOptions } from "node:worker_threads";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** A job's thread, as threads.js makes it of an exposed function. */
type JobThread<Job, Result> = (job: Job) => Promise<Result>;

/** The part of threads.js that is used here. */
export interface Threads {
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

/** Makes a thread: `(threads) => new threads.Worker("./job.ts", JOB_WORKER)`, in a file beside that one. */
export type MakeWorker = (threads: Pick<Threads, "Worker">) => NodeWorker;

/** A thread of the pool went away in the middle of a job, or did not come up. */
export class ThreadDied extends Error {
  override readonly name = "ThreadDied";
  /** Whether it ever came up. */
  readonly hasBegun: boolean;

  constructor(message: string, hasBegun: boolean, options?: { readonly cause: unknown }) {
    super(message, options);
    this.hasBegun = hasBegun;
  }
}

function notStarted(cause: Error): ThreadDied {
  return new ThreadDied(`a thread could not be started: ${cause.message}`, false, { cause });
}

export interface ThreadPool<Job, Result> {
  /** @throws ThreadDied when the job's thread dies, or does not start; what the job throws, as threads.js copies it */
  run(job: Job): Promise<Result>;
  /** Ends the threads, at work or not. Settles when they are gone. */
  end(): Promise<void>;
}

/** Starts that many threads. A pool with a dead one is of no use any more: end it. */
export function startPool<Job, Result>(
  threads: Threads,
  makeWorker: MakeWorker,
  size: number,
): ThreadPool<Job, Result> {
  const deaths = new WeakMap<object, Promise<never>>();
  const workers: NodeWorker[] = [];
  const start = async (): Promise<JobThread<Job, Result>> => {
    const worker = makeWorker(threads);
    workers.push(worker);
    // The pool's size bounds its listeners; Node's default bound of 10 would warn.
    worker.setMaxListeners(0);
    const firstMessage = awaitedBy(worker);
    let hasBegun = false;
    const death = new Promise<never>((_, reject) => {
      const die = (message: string, cause?: Error): void => {
        reject(new ThreadDied(message, hasBegun, { cause }));
        // threads.js waits for a sign of life with a timer that would keep the process: this is what it waits for.
        if (!hasBegun) firstMessage({ type: "init", exposed: { type: "function" } });
      };
      worker.once("exit", (code) => die(`a thread stopped (exit code ${code})`));
      worker.once("error", (cause: Error) => die(`a thread failed: ${cause.message}`, cause));
    });
    death.catch(() => {});
    const thread = (await Promise.race([death, threads.spawn(worker, START)])) as JobThread<Job, Result>;
    hasBegun = true;
    deaths.set(thread, death);
    return thread;
  };
  // A rejection here would be thrown by threads.js where nobody catches it: a thread that did not start fails at its first job.
  const created = threads.Pool<JobThread<Job, Result>>(
    () => start().catch((cause: Error) => () => Promise.reject(notStarted(cause))),
    size,
  );
  return {
    run: async (job) =>
      await created.queue((thread) =>
        Promise.race([...(deaths.has(thread) ? [deaths.get(thread)!] : []), thread(job)]),
      ),
    async end() {
      // What it says of threads that never came up is on its way to the caller already.
      created.terminate(true).catch(() => {});
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** What threads.js adds to Node's workers. */
type Listening = NodeWorker & {
  addEventListener(name: string, listener: (event: { readonly data: unknown }) => void): void;
};

/**
 * Notes who waits for a thread's messages: of a thread that was ended before it came up, Node has taken the listeners away by
 * the time that it says so.
 * @returns gives them one
 */
function awaitedBy(worker: NodeWorker): (data: unknown) => void {
  const listening = worker as Listening;
  const add = listening.addEventListener.bind(worker);
  const waiting: ((event: { readonly data: unknown }) => void)[] = [];
  listening.addEventListener = (name, listener) => {
    if (name === "message") waiting.push(listener);
    add(name, listener);
  };
  return (data) => {
    for (const listener of waiting) listener({ data });
  };
}

/** Loads threads.js without the handlers that it installs, which would exit the process on a signal. */
export function loadThreads(): Threads {
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
