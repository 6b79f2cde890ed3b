/** Lets the event loop have its turn: timers, signals, messages, progress. */
export const yieldToEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** How long a loop may keep the event loop waiting. */
export const TURN_MILLISECONDS = 10;

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

/** Runs work that comes in steps to its end on this thread, the event loop alive. */
export async function drain<Result>(work: Generator<unknown, Result>): Promise<Result> {
  const turn = new Turn(TURN_MILLISECONDS);
  for (let step = work.next(); ; step = work.next()) {
    if (step.done) return step.value;
    if (turn.isOver()) await turn.yield();
  }
}
