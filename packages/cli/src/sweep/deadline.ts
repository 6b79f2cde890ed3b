/** The end of a sweep's time: it decides which runs begin, never what comes out of one. */

/** Milliseconds that a timer can wait; nobody waits for more of a sweep's first run. */
const MOST_TIMEOUT = 2 ** 31 - 1;

export class Deadline {
  readonly #end: number;
  readonly #timer: NodeJS.Timeout | undefined;

  /**
   * @param seconds from now; none by default
   * @param onOver told once, when the time is over
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
