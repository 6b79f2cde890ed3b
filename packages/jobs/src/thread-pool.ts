/**
 * A threads.js pool whose jobs always settle, even if their threads die.
 *
 * It completes threads.js in three ways. It removes the signal handlers of threads.js, which would end the process. A
 * job whose thread dies fails instead of waiting for ever. The types of threads.js stay inside this package.
 */
import { createRequire } from "node:module";
import type { Worker as NodeWorker, WorkerOptions } from "node:worker_threads";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** A job's thread, as threads.js presents an exposed function. */
type JobThread<Job, Result> = (job: Job) => Promise<Result>;

/** The part of the API of threads.js that is used here. */
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
 * Limits the young generation of a job thread's heap. Jobs make much short-lived garbage (a string for each quoted cell
 * of a table), and a heap grows up to its limit. Reading 110 MB with fast-csv on two threads took 630 MB of memory with
 * a young generation of 64 MB, and 300 MB with this limit, at the same speed.
 *
 * The old generation has no limit, because a thread must not fail where the main thread would not. The job bounds it: a
 * block of 1 MB or a long row. That may be much: fast-csv takes 200 MB for a cell of 8 MiB, and a million columns of
 * words have a dictionary each.
 */
export const JOB_WORKER: WorkerOptions = { resourceLimits: { maxYoungGenerationSizeMb: 8 } };

/** The default of threads.js is 10 s. On two cores with ten other busy threads, a start took longer. */
const START = { timeout: 30_000 };

/** Starts a thread: `(threads) => new threads.Worker("./job.ts", JOB_WORKER)`, written in a file beside job.ts. */
export type MakeWorker = (threads: Pick<Threads, "Worker">) => NodeWorker;

/** A thread of the pool died during a job, or did not start. */
export class ThreadDied extends Error {
  override readonly name = "ThreadDied";
  /** Whether the thread ever started. */
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
  /** @throws ThreadDied when the job's thread dies or does not start; else threads.js' copy of the job's error */
  run(job: Job): Promise<Result>;
  /** Terminates the threads, busy or not. Settles when they have exited. */
  end(): Promise<void>;
}

/** Starts a pool of `size` threads. A pool with a dead thread is unusable: end it. */
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
    // The pool's size bounds the number of listeners. Node would warn at its default bound of 10.
    worker.setMaxListeners(0);
    const firstMessage = awaitedBy(worker);
    let hasBegun = false;
    const death = new Promise<never>((_, reject) => {
      const die = (message: string, cause?: Error): void => {
        reject(new ThreadDied(message, hasBegun, { cause }));
        // threads.js waits for the first message with a timer that keeps the process alive. This message ends that
        // wait.
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
  // threads.js would throw a rejection of this function where nobody can catch it. So a thread that does not start
  // resolves to a function that rejects the thread's first job.
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
      // The caller already gets the errors of threads that never started.
      created.terminate(true).catch(() => {});
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** The method that threads.js adds to Node's workers. */
type Listening = NodeWorker & {
  addEventListener(name: string, listener: (event: { readonly data: unknown }) => void): void;
};

/**
 * Records the listeners for a thread's messages. If a thread is terminated before it starts, Node removes its listeners
 * before it emits `exit`.
 * @returns a function that sends a message to the recorded listeners
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

/** Loads threads.js and removes the signal handlers that it installs, which would exit the process. */
export function loadThreads(): Threads {
  const before = SIGNALS.map((signal) => process.listeners(signal));
  // The CommonJS build: the ES build imports its own internals by a default import, which bundlers resolve differently.
  const threads = createRequire(import.meta.url)("threads") as Threads;
  for (const [i, signal] of SIGNALS.entries()) {
    for (const listener of process.listeners(signal)) {
      if (!before[i].includes(listener)) process.off(signal, listener);
    }
  }
  return threads;
}
