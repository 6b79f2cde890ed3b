/** Waiting for a word of shared memory: spinning first, since that takes a tenth of a microsecond and waking up fifty. */
import { WORDS } from "./control.ts";

/** Loads of some 10 ns each. */
const MOST_SPINS = 100_000;
const FEWEST_SPINS = 200;

/** Something useful to do while one waits, a microsecond at most. @returns whether there was anything */
export type Idle = () => boolean;

/**
 * How long a thread spins before it goes to sleep. Where the one that it waits for has no core, spinning keeps it from
 * getting one: every wait that was not over by then makes the next one shorter, every one that was makes it longer.
 */
export class Waiting {
  readonly #control: Int32Array;
  readonly #idle: Idle | undefined;
  #spins = MOST_SPINS;

  constructor(control: Int32Array, idle?: Idle) {
    this.#control = control;
    this.#idle = idle;
  }

  /** Waits until `isOver`, which changes to true only with that word. */
  until(word: keyof typeof WORDS, isOver: () => boolean): void {
    while (!this.untilOrTimeout(word, isOver, Number.POSITIVE_INFINITY)) {}
  }

  /** The same, for at most so many milliseconds of sleep. @returns whether it is over */
  untilOrTimeout(word: keyof typeof WORDS, isOver: () => boolean, milliseconds: number): boolean {
    for (let spin = 0; spin < this.#spins; spin++) {
      if (isOver()) {
        this.#spins = Math.min(MOST_SPINS, 2 * this.#spins);
        return true;
      }
      this.#idle?.();
    }
    this.#spins = Math.max(FEWEST_SPINS, this.#spins >> 1);
    const index = WORDS[word];
    const value = Atomics.load(this.#control, index);
    if (isOver()) return true;
    Atomics.wait(this.#control, index, value, milliseconds);
    return isOver();
  }
}
