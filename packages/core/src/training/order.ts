/** The order in which an epoch goes through the examples. */

import { PURPOSE, type RandomStream, randomStream } from "../numerics/random.ts";
import type { TrainingPlan } from "./plan.ts";

/**
 * Draws the order of an epoch, a function of (columns, seed, epoch) alone: for mini-batches shuffled
 * (Fisher and Yates, as in Knuth 3.4.2 P), for the full batch as they stand. It may be drawn bit by bit.
 */
export class EpochOrder {
  readonly #order: Uint32Array;
  readonly #stream: RandomStream;
  /** Places behind it are drawn. */
  #last: number;

  /** @param order the columns of X as they stand; receives them in the epoch's order, [m] */
  constructor({ shuffled, seed }: Pick<TrainingPlan, "shuffled" | "seed">, epoch: number, order: Uint32Array) {
    this.#order = order;
    this.#stream = randomStream(seed, PURPOSE.order, epoch);
    this.#last = shuffled ? order.length - 1 : 0;
  }

  /** Places still to be drawn. */
  get left(): number {
    return this.#last;
  }

  /** Goes on where another drawing of the same order has come to: so many places are left. */
  resume(left: number): void {
    this.#last = left;
  }

  /** Draws up to so many places. */
  draw(places: number): void {
    const order = this.#order;
    const stop = Math.max(0, this.#last - places);
    for (let last = this.#last; last > stop; last--) {
      const chosen = this.#stream.below(last + 1, last);
      const column = order[chosen];
      order[chosen] = order[last];
      order[last] = column;
    }
    this.#last = stop;
  }
}

/** The whole order of an epoch at once. */
export function orderEpoch(plan: TrainingPlan, epoch: number, order: Uint32Array): void {
  order.set(plan.examples.columns);
  const drawing = new EpochOrder(plan, epoch, order);
  drawing.draw(drawing.left);
}
