/** Detects workers that are alive but make no progress, such as one in an endless loop or a stopped thread. */
import { WorkerError } from "./worker-error.ts";

/**
 * The most milliseconds that one wait of main counts for. A wait should last 10 ms. If the clock says more, the process
 * may have been stopped, or main may have had no core; the same may have happened to the workers.
 */
const LONGEST_LOOK = 25;
/** A worker may take this many times as long as the longest piece of work so far: other programs may use its core. */
const FACTOR = 5;
/** Milliseconds. Shorter pieces of work do not extend the patience. */
const LONG_PIECE = 1000;

/** A clock in milliseconds. */
export interface Clock {
  /** Time since an arbitrary zero. */
  now(): number;
  /** CPU time of all threads of this process. */
  computing(): number;
}

const CLOCK: Clock = {
  now: () => performance.now(),
  computing() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};

/** What the watchdog watches. */
export interface Watched {
  /** The worker's heartbeat: changes whenever it makes progress. */
  beatOf(worker: number): number;
  /** Milliseconds that main waits at least for a busy worker without a heartbeat. */
  readonly patience: number;
}

export class Watchdog {
  readonly #watched: Watched;
  readonly #clock: Clock;
  #idle: { beat: number; milliseconds: number }[] = [];
  /** Milliseconds of the longest piece of work: one of main's, or a worker's time between two heartbeats. */
  #longest = 0;
  #computed: { readonly at: number; readonly total: number };

  constructor(watched: Watched, clock: Clock = CLOCK) {
    this.#watched = watched;
    this.#clock = clock;
    this.#computed = { at: clock.now(), total: clock.computing() };
  }

  /** Forgets the waits for workers, which are about to begin again. */
  reset(): void {
    this.#idle = [];
  }

  /** Runs main's own work and times its pieces: a worker's pieces may take as long or longer. */
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
   * Adds to the time that main has waited for a worker.
   * @returns the worker's failure, once the wait is too long
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
   * Records the length of a piece of work. It counts for no more than the CPU time that the process has used since the
   * last reading, which was at most a second before the piece: time in which the process was stopped is not work.
   * @param start when the piece began
   */
  #note(start: number): void {
    const now = this.#clock.now();
    if (now - this.#computed.at < LONG_PIECE) return;
    const total = this.#clock.computing();
    this.#longest = Math.max(this.#longest, Math.min(now - start, total - this.#computed.total));
    this.#computed = { at: now, total };
  }
}
