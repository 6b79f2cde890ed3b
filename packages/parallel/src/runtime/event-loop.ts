/** Yields to the event loop: timers, signals, messages, progress. */
export const yieldToEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** How long a computation may block the event loop. */
export const TURN_MILLISECONDS = 10;

/** Says when a long computation should yield to the event loop. */
export class Turn {
  readonly #milliseconds: number;
  #since = performance.now();

  /** @param milliseconds how long the event loop may be blocked */
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

/** Runs a generator to its end on this thread and keeps the event loop alive. @returns the generator's result */
export async function drain<Result>(work: Generator<unknown, Result>): Promise<Result> {
  const turn = new Turn(TURN_MILLISECONDS);
  for (let step = work.next(); ; step = work.next()) {
    if (step.done) return step.value;
    if (turn.isOver()) await turn.yield();
  }
}
