/** Timeouts for a mirror. */

export interface DownloadLimits {
  /** The time window in which {@link leastBytes} must arrive. Default 30 seconds. */
  readonly windowMilliseconds: number;
  /** The least bytes in a window; a mirror that sends fewer is too slow. Default 30 KiB, which is 1 KiB/s. */
  readonly leastBytes: number;
  /** The time limit for a file from one mirror. Default half an hour. */
  readonly totalMilliseconds: number;
}

const DEFAULTS: DownloadLimits = { windowMilliseconds: 30_000, leastBytes: 30 << 10, totalMilliseconds: 30 * 60_000 };

/** Aborts a download that is too slow. */
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

  /** Aborted when a limit is exceeded or the download ends; the reason says which limit. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Counts received bytes. */
  add(bytes: number): void {
    this.#received += bytes;
    this.#inWindow += bytes;
  }

  /** Stops the timers, and aborts what has not been read, such as the body of an error page. */
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
