/** Jobs that stand for themselves: each is done, or tried again, or given up, without the others. */
import { setImmediate } from "node:timers/promises";
import { loadThreads, type MakeWorker, startPool, ThreadDied, type ThreadPool, type Threads } from "./thread-pool.ts";

/** How often a job is begun before it is given up. */
export const MOST_ATTEMPTS = 4;
/** A thread that does not come up so often, one time after another, is no accident: the machine has no room for it. */
const MOST_STARTS = 3;
const TICK_MILLISECONDS = 1000;

/** What is done. */
export interface TriedKind<Job, Result> {
  readonly makeWorker: MakeWorker;
  /** The same on this thread, its event loop alive: where no thread can be started, or none is wanted. */
  readonly here: (job: Job) => Promise<Result>;
  /** A number that changes as long as somebody is at work on that job. */
  readonly beatOf: (place: number) => number;
}

/** What became of a job: its result, or why there is none. */
export type JobOutcome<Result> =
  | { readonly result: Result; readonly attempts: number }
  | { readonly failure: string; readonly attempts: number };

/** A job that is tried again. */
export interface JobRetry {
  /** Its place among the jobs, from 0. */
  readonly place: number;
  readonly reason: string;
  /** Attempts so far. */
  readonly attempts: number;
}

export interface TryOptions<Result> {
  /** 0: all on this thread. */
  readonly threads: number;
  /** Seconds without a sign of life after which a job's thread is ended. */
  readonly patience: number;
  /** Once aborted, all that is not done is given up. */
  readonly signal?: AbortSignal | undefined;
  /** Asked before a job is begun for the first time: once it says no, those that are under way are the last. */
  readonly mayBegin?: (() => boolean) | undefined;
  /** Whether outcomes are told to onOutcome alone, and not held until the end: many of them may be large. Default false. */
  readonly forgets?: boolean | undefined;
  /** Called as each comes. What it throws ends everything. */
  readonly onOutcome?: ((outcome: JobOutcome<Result>, place: number) => void) | undefined;
  readonly onRetry?: ((retry: JobRetry) => void) | undefined;
  /** Told why, where no thread could be started and this one does the work. */
  readonly onAlone?: ((reason: string) => void) | undefined;
}

/**
 * Does each job, in their order as threads become free. A thread that dies, or stands still, is replaced, and its job tried again,
 * up to {@link MOST_ATTEMPTS} times in all; so is one that throws.
 * @returns what became of each, in the order of the jobs; undefined for those that the signal came before, or that were not to begin
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
  /** Places of the jobs that nobody has. */
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

  /** Ends what is going on. */
  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(Array.from(this.#pools, (pool) => pool.end()));
  }

  get #isStopped(): boolean {
    return this.#isOver || this.#options.signal?.aborted === true;
  }

  /** Whether there is a job to take. One that is tried again was begun. */
  get #goesOn(): boolean {
    if (this.#waiting.length === 0 || this.#isStopped) return false;
    return this.#attempts[this.#waiting[0]] > 0 || (this.#options.mayBegin?.() ?? true);
  }

  /** One thread after another, each in a pool of its own, so that the others go on when it dies. */
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
    // Not the time but the turns of the clock: those that pass while the whole process is stopped do not count.
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
