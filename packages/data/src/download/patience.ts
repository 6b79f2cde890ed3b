/** How much and how long a mirror may send before it is given up. */

export interface DownloadLimits {
  /** In so much time {@link leastBytes} have to come. Default 30 seconds. */
  readonly windowMilliseconds: number;
  /** A mirror that sends a byte now and then makes no progress. Default 30 KiB: 1 KiB/s. */
  readonly leastBytes: number;
  /** The time for a file, from one mirror. Default half an hour. */
  readonly totalMilliseconds: number;
}

const DEFAULTS: DownloadLimits = { windowMilliseconds: 30_000, leastBytes: 30 << 10, totalMilliseconds: 30 * 60_000 };

/** Gives a mirror up that is too slow. */
export class Patience {
  readonly #controller = new AbortController();
  readonly #limits: DownloadLimits;
  readonly #window: NodeJS.Timeout;
  readonly #total: NodeJS.Timeout;
  #received = 0;
  #inWindow = 0;

  constructor(limits: Partial<DownloadLimits> = {}) {
    this.#limits = { ...DEFAULTS, ...limits };
    this.#window = setInterval(() => this.#look(), this.#limits.windowMilliseconds);
    this.#total = setTimeout(() => this.#endTotal(), this.#limits.totalMilliseconds);
  }

  /** Aborted when it is at an end; the reason says why. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Takes note of progress. */
  add(bytes: number): void {
    this.#received += bytes;
    this.#inWindow += bytes;
  }

  /** Nothing is waited for any more; what has not been read by now, of an error's page for example, is not wanted. */
  end(): void {
    clearInterval(this.#window);
    clearTimeout(this.#total);
    this.#controller.abort();
  }

  #look(): void {
    const { windowMilliseconds, leastBytes } = this.#limits;
    if (this.#inWindow < leastBytes) {
      const found = this.#inWindow === 0 ? "no data" : `${this.#inWindow} bytes`;
      this.#giveUp(`${found} in ${windowMilliseconds / 1000} seconds, after ${this.#received - this.#inWindow} bytes`);
    }
    this.#inWindow = 0;
  }

  #endTotal(): void {
    this.#giveUp(`${this.#received} bytes, and no end, in ${this.#limits.totalMilliseconds / 1000} seconds`);
  }

  #giveUp(why: string): void {
    this.#controller.abort(new Error(why));
  }
}
