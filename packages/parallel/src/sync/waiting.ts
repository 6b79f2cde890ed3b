/** Waits for a word of shared memory: spins first, then sleeps. A spin takes 0.1 microseconds, a wake-up takes 50. */
import { WORDS } from "./control.ts";

/** In loads of about 10 ns each. */
const MOST_SPINS = 100_000;
const FEWEST_SPINS = 200;

/** Useful work for a spinning thread, at most a microsecond a call. @returns whether there was any */
export type Idle = () => boolean;

/**
 * An adaptive spin-then-sleep wait. If the awaited thread has no core, spinning keeps it from getting one. So a wait
 * that ends while spinning doubles the spin count of the next wait, and one that does not halves it.
 */
export class Waiting {
  readonly #control: Int32Array;
  readonly #idle: Idle | undefined;
  #spins = MOST_SPINS;

  constructor(control: Int32Array, idle?: Idle) {
    this.#control = control;
    this.#idle = idle;
  }

  /** Waits until `isOver` returns true. It may become true only when the word changes. */
  until(word: keyof typeof WORDS, isOver: () => boolean): void {
    while (!this.untilOrTimeout(word, isOver, Number.POSITIVE_INFINITY)) {}
  }

  /** The same with at most `milliseconds` of sleep. @returns whether the wait is over */
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
