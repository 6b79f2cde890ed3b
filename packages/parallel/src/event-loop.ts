/** Lets the event loop have its turn: timers, signals, messages, progress. */
export const yieldToEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Says when a loop that does not wait for anything should yield. */
export class Turn {
  readonly #milliseconds: number;
  #since = performance.now();

  /** @param milliseconds how long the event loop may go without its turn */
  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  isOver(): boolean {
    return performance.now() - this.#since >= this.#milliseconds;
  }

  async yield(): Promise<void> {
    await yieldToEventLoop();
    this.#since = performance.now();
  }
}
