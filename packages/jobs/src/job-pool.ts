/**
 * Runs jobs that are all needed: a failed job ends the others; a job whose thread dies is run again on another thread.
 */
import { setImmediate } from "node:timers/promises";
import { loadThreads, type MakeWorker, startPool, ThreadDied, type ThreadPool, type Threads } from "./thread-pool.ts";

/** How many pools are started, one after another, when threads die. */
const MOST_POOLS = 3;

/** A kind of job. */
export interface JobKind<Job, Result> {
  readonly makeWorker: MakeWorker;
  /** Does a job on this thread, if threads cannot be started or die repeatedly. */
  readonly here: (job: Job) => Result | Promise<Result>;
  /** Called once, with the reason, when this thread does the work. */
  readonly onAlone?: (remark: string) => void;
}

/**
 * Runs a job for each item.
 * @param jobs taken one after another as threads become free; may arrive slowly
 * @param size number of threads, from 1
 * @param onResult called with each result as it arrives
 * @returns the results in the order of the jobs
 * @throws the error of a job; then the remaining jobs are given up
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
 * Runs a job for each item and streams the results in the order of the jobs. At most two jobs a thread and their
 * results are in memory, whatever the number of jobs. When the caller stops early, the threads end.
 * @throws like {@link runJobs}; a job's error comes at its place in the order, after the results of earlier jobs
 */
export async function* streamJobs<Job, Result>(
  kind: JobKind<Job, Result>,
  jobs: AsyncIterable<Job> | Iterable<Job>,
  size: number,
  onResult: (result: Result, place: number) => void = () => {},
): AsyncGenerator<Result> {
  const pool = new JobPool<Job, Result>(loadThreads(), kind, size);
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
      // The promise is awaited later, so an early rejection must not count as unhandled.
      task.catch(() => {});
      running.push(task);
      if (running.length >= 2 * size) yield await running.shift()!;
    }
    while (running.length > 0) yield await running.shift()!;
  } finally {
    await pool.end();
  }
}

/** A pool that is replaced when one of its threads dies. */
class JobPool<Job, Result> {
  readonly #threads: Threads;
  readonly #kind: JobKind<Job, Result>;
  readonly #size: number;
  #isAlone = false;
  /** The last job on this thread: its jobs run one after another. */
  #here: Promise<unknown> = Promise.resolve();
  #pool: ThreadPool<Job, Result>;
  #pools = 1;

  constructor(threads: Threads, kind: JobKind<Job, Result>, size: number) {
    this.#threads = threads;
    this.#kind = kind;
    this.#size = size;
    this.#pool = startPool(threads, kind.makeWorker, size);
  }

  /** Runs a job, again if its thread dies, and on this thread if threads keep dying. */
  async run(job: Job): Promise<Result> {
    while (!this.#isAlone) {
      const used = this.#pool;
      try {
        return await used.run(job);
      } catch (error) {
        // The first job that detects a dead pool replaces it; the others find it replaced or ended.
        if (used !== this.#pool || this.#isAlone) continue;
        if (!(error instanceof ThreadDied)) throw error;
        if (this.#pools === MOST_POOLS) this.#goOnAlone(error);
        else {
          this.#pools++;
          this.#pool = startPool(this.#threads, this.#kind.makeWorker, this.#size);
        }
        used.end().catch(() => {});
      }
    }
    return await this.#runHere(job);
  }

  #goOnAlone({ message }: ThreadDied): void {
    if (!this.#isAlone) this.#kind.onAlone?.(`one thread did the work: ${message}`);
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

  end(): Promise<void> {
    return this.#pool.end();
  }
}
