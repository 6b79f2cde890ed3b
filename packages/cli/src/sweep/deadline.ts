/** The time limit of a sweep. It decides which runs start, and never affects a run's result. */

/** The longest timeout of a timer, in milliseconds; no user waits longer for a sweep's first run. */
const MOST_TIMEOUT = 2 ** 31 - 1;

export class Deadline {
  readonly #end: number;
  readonly #timer: NodeJS.Timeout | undefined;

  /**
   * @param seconds from now; no limit by default
   * @param onOver called once, when the time is over
   */
  constructor(seconds = Number.POSITIVE_INFINITY, onOver: () => void) {
    this.#end = performance.now() + 1000 * seconds;
    if (1000 * seconds <= MOST_TIMEOUT) this.#timer = setTimeout(onOver, 1000 * seconds).unref();
  }

  get isOver(): boolean {
    return performance.now() >= this.#end;
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
