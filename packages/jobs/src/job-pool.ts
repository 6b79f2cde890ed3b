/** Jobs that are all needed: one that fails ends them; one whose thread dies is done by another, or by the calling thread. */
import { setImmediate } from "node:timers/promises";
import { loadThreads, type MakeWorker, startPool, ThreadDied, type ThreadPool, type Threads } from "./thread-pool.ts";

/** How often a pool is set up again after a worker died. */
const MOST_POOLS = 3;

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
  #pool: ThreadPool<Job, Result>;
  #pools = 1;

  constructor(threads: Threads, kind: JobKind<Job, Result>, size: number) {
    this.#threads = threads;
    this.#kind = kind;
    this.#size = size;
    this.#pool = startPool(threads, kind.makeWorker, size);
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
