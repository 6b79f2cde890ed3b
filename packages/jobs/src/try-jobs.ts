/** Runs jobs with independent outcomes: each succeeds, is retried or fails without effect on the others. */
import { setImmediate } from "node:timers/promises";
import { loadThreads, type MakeWorker, startPool, ThreadDied, type ThreadPool, type Threads } from "./thread-pool.ts";

/** How often a job is attempted before it fails. */
export const MOST_ATTEMPTS = 4;
/** After so many failed starts in a row, no further thread is started: the machine has no room for it. */
const MOST_STARTS = 3;
const TICK_MILLISECONDS = 1000;

/** A kind of job. */
export interface TriedKind<Job, Result> {
  readonly makeWorker: MakeWorker;
  /** Does a job on this thread with the event loop alive, if no thread can be started or none is wanted. */
  readonly here: (job: Job) => Promise<Result>;
  /** The heartbeat of a job: a number that changes while a thread works on it. */
  readonly beatOf: (place: number) => number;
}

/** The outcome of a job: its result, or the reason for its failure. */
export type JobOutcome<Result> =
  | { readonly result: Result; readonly attempts: number }
  | { readonly failure: string; readonly attempts: number };

/** A report that a job is retried. */
export interface JobRetry {
  /** The job's index, from 0. */
  readonly place: number;
  readonly reason: string;
  /** Attempts so far. */
  readonly attempts: number;
}

export interface TryOptions<Result> {
  /** Number of threads; 0 runs all jobs on this thread. */
  readonly threads: number;
  /** Seconds without a heartbeat after which a job's thread is terminated. */
  readonly patience: number;
  /** When aborted, all unfinished jobs are given up. */
  readonly signal?: AbortSignal | undefined;
  /** Called before a job's first attempt. Once it returns false, no further job begins. */
  readonly mayBegin?: (() => boolean) | undefined;
  /** Whether to pass outcomes to onOutcome only and not keep them: many outcomes may be large. Default false. */
  readonly forgets?: boolean | undefined;
  /** Called with each outcome as it arrives. If it throws, everything ends. */
  readonly onOutcome?: ((outcome: JobOutcome<Result>, place: number) => void) | undefined;
  readonly onRetry?: ((retry: JobRetry) => void) | undefined;
  /** Called with the reason if no thread could be started and this thread does the work. */
  readonly onAlone?: ((reason: string) => void) | undefined;
}

/**
 * Runs each job, in order, as threads become free. A thread that dies, hangs or throws is replaced, and its job is
 * retried, up to {@link MOST_ATTEMPTS} attempts in all.
 * @returns each job's outcome, in order; undefined for jobs that did not finish before the signal or did not begin
 */
export async function tryJobs<Job, Result>(
  kind: TriedKind<Job, Result>,
  jobs: readonly Job[],
  options: TryOptions<Result>,
): Promise<(JobOutcome<Result> | undefined)[]> {
  const trying = new Trying(kind, jobs, options);
  const { signal } = options;
  const stop = (): void => void trying.end();
  signal?.addEventListener("abort", stop);
  try {
    return await trying.run();
  } finally {
    signal?.removeEventListener("abort", stop);
    await trying.end();
  }
}

class Trying<Job, Result> {
  readonly #kind: TriedKind<Job, Result>;
  readonly #jobs: readonly Job[];
  readonly #options: TryOptions<Result>;
  readonly #outcomes: (JobOutcome<Result> | undefined)[];
  /** Indices of the jobs that no thread has taken. */
  readonly #waiting: number[];
  readonly #attempts: number[];
  readonly #pools = new Set<ThreadPool<Job, Result>>();
  #isOver = false;
  #noThreads = "";

  constructor(kind: TriedKind<Job, Result>, jobs: readonly Job[], options: TryOptions<Result>) {
    this.#kind = kind;
    this.#jobs = jobs;
    this.#options = options;
    this.#outcomes = jobs.map(() => undefined);
    this.#waiting = [...jobs.keys()];
    this.#attempts = jobs.map(() => 0);
  }

  async run(): Promise<(JobOutcome<Result> | undefined)[]> {
    const size = Math.min(this.#options.threads, this.#jobs.length);
    if (size > 0) {
      const threads = loadThreads();
      await Promise.all(Array.from({ length: size }, () => this.#work(threads)));
    }
    if (size > 0 && this.#goesOn) this.#options.onAlone?.(this.#noThreads);
    await this.#workHere();
    return this.#outcomes;
  }

  /** Terminates all threads and takes no further job. */
  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(Array.from(this.#pools, (pool) => pool.end()));
  }

  get #isStopped(): boolean {
    return this.#isOver || this.#options.signal?.aborted === true;
  }

  /** Whether there is a job to take. A retried job has already begun, so `mayBegin` does not apply to it. */
  get #goesOn(): boolean {
    if (this.#waiting.length === 0 || this.#isStopped) return false;
    return this.#attempts[this.#waiting[0]] > 0 || (this.#options.mayBegin?.() ?? true);
  }

  /** Runs jobs on one thread after another. Each thread has its own pool, so that the others survive its death. */
  async #work(threads: Threads): Promise<void> {
    let pool: ThreadPool<Job, Result> | undefined;
    let failedStarts = 0;
    while (failedStarts < MOST_STARTS && this.#goesOn) {
      const place = this.#waiting.shift()!;
      if (pool === undefined) {
        pool = startPool(threads, this.#kind.makeWorker, 1);
        this.#pools.add(pool);
      }
      try {
        this.#settle(place, await this.#watched(pool, place));
        failedStarts = 0;
      } catch (error) {
        this.#pools.delete(pool);
        await pool.end();
        pool = undefined;
        if (this.#isStopped) return;
        const { message } = error as Error;
        if (error instanceof ThreadDied && !error.hasBegun) {
          failedStarts++;
          this.#noThreads = message;
          this.#waiting.unshift(place);
        } else {
          failedStarts = 0;
          this.#fail(place, message);
        }
      }
    }
  }

  async #watched(pool: ThreadPool<Job, Result>, place: number): Promise<Result> {
    const { patience } = this.#options;
    let beat = this.#kind.beatOf(place);
    // Counts ticks instead of time, so that time in which the whole process is stopped does not count.
    let still = 0;
    let hasStoodStill = false;
    const clock = setInterval(() => {
      const now = this.#kind.beatOf(place);
      still = now === beat ? still + 1 : 0;
      beat = now;
      if (still * TICK_MILLISECONDS < 1000 * patience) return;
      hasStoodStill = true;
      void pool.end();
    }, TICK_MILLISECONDS);
    try {
      return await pool.run(this.#jobs[place]);
    } catch (error) {
      if (!hasStoodStill) throw error;
      throw new ThreadDied(`a thread gave no sign of life for ${patience} s`, true, { cause: error });
    } finally {
      clearInterval(clock);
    }
  }

  async #workHere(): Promise<void> {
    while (this.#goesOn) {
      const place = this.#waiting.shift()!;
      await setImmediate();
      let result: Result;
      try {
        result = await this.#kind.here(this.#jobs[place]);
      } catch (error) {
        if (!this.#isStopped) this.#fail(place, (error as Error).message);
        continue;
      }
      if (!this.#isStopped) this.#settle(place, result);
    }
  }

  #settle(place: number, result: Result): void {
    this.#note(place, { result, attempts: ++this.#attempts[place] });
  }

  #fail(place: number, reason: string): void {
    const attempts = ++this.#attempts[place];
    if (attempts === MOST_ATTEMPTS) {
      this.#note(place, { failure: reason, attempts });
      return;
    }
    this.#options.onRetry?.({ place, reason, attempts });
    this.#waiting.unshift(place);
  }

  #note(place: number, outcome: JobOutcome<Result>): void {
    if (!this.#options.forgets) this.#outcomes[place] = outcome;
    this.#options.onOutcome?.(outcome, place);
  }
}
