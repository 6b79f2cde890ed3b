/** Finds workers that are alive and do not get further: an endless loop, a thread that stands still. */
import { WorkerError } from "./worker-error.ts";

/**
 * A look of main's, meant to last 10 ms, counts as no longer than this, whatever the clock says: the whole process may
 * have been stopped or slept, and where main was kept from its core for so long, the workers may have been as well.
 */
const LONGEST_LOOK = 25;
/** How many times as long as the longest piece of work so far a worker's may take: others may be at work on its core. */
const FACTOR = 5;
/** Milliseconds; pieces that are shorter leave the patience that was asked for. */
const LONG_PIECE = 1000;

/** What time it is, in milliseconds. */
export interface Clock {
  /** Since some moment. */
  now(): number;
  /** The computing time of all threads of this process. */
  computing(): number;
}

const CLOCK: Clock = {
  now: () => performance.now(),
  computing() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};

/** What is looked for. */
export interface Watched {
  /** What changes whenever a worker has got further. */
  beatOf(worker: number): number;
  /** Milliseconds that main waits for a worker at work without a sign of life, at least. */
  readonly patience: number;
}

export class Watchdog {
  readonly #watched: Watched;
  readonly #clock: Clock;
  #idle: { beat: number; milliseconds: number }[] = [];
  /** Milliseconds that a piece of work has taken: one of main's own, or one that a worker was silent for. */
  #longest = 0;
  #computed: { readonly at: number; readonly total: number };

  constructor(watched: Watched, clock: Clock = CLOCK) {
    this.#watched = watched;
    this.#clock = clock;
    this.#computed = { at: clock.now(), total: clock.computing() };
  }

  /** Forgets what was: the workers begin anew. */
  reset(): void {
    this.#idle = [];
  }

  /** Runs work of main's own that comes in pieces, and notes how long they take: a worker's may take as long, and longer. */
  *timed<Yielded, Result>(work: Generator<Yielded, Result>): Generator<Yielded, Result> {
    for (;;) {
      const start = this.#clock.now();
      const next = work.next();
      this.#note(start);
      if (next.done) return next.value;
      yield next.value;
    }
  }

  /**
   * Main has waited for that worker for so long.
   * @returns the failure, once it was too long
   */
  waited(worker: number, milliseconds: number): WorkerError | undefined {
    const beat = this.#watched.beatOf(worker);
    const before = this.#idle[worker];
    const isSilent = before !== undefined && before.beat === beat;
    if (before !== undefined && !isSilent) this.#longest = Math.max(this.#longest, before.milliseconds);
    const idle = (isSilent ? before.milliseconds : 0) + Math.min(milliseconds, LONGEST_LOOK);
    this.#idle[worker] = { beat, milliseconds: idle };
    const patience = Math.max(this.#watched.patience, this.#longest >= LONG_PIECE ? FACTOR * this.#longest : 0);
    if (idle < patience) return undefined;
    return new WorkerError(worker, `gave no sign of life for ${Math.round(patience) / 1000} s`);
  }

  /**
   * A piece that began then is over. Whatever the clock says, it took no longer than this process has computed since it
   * was last looked, a second before the piece at the most: time in which the process was stopped is not work.
   */
  #note(start: number): void {
    const now = this.#clock.now();
    if (now - this.#computed.at < LONG_PIECE) return;
    const total = this.#clock.computing();
    this.#longest = Math.max(this.#longest, Math.min(now - start, total - this.#computed.total));
    this.#computed = { at: now, total };
  }
}
