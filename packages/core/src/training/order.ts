/** The order of the examples in an epoch. */

import { PURPOSE, type RandomStream, randomStream } from "../numerics/random.ts";
import type { TrainingPlan } from "./plan.ts";

/**
 * Draws the order of an epoch, a function of (columns, seed, epoch) alone. Mini-batches are shuffled (Fisher and Yates,
 * as in Knuth 3.4.2 P); the full batch keeps the order of the columns. It may be drawn in portions.
 */
export class EpochOrder {
  readonly #order: Uint32Array;
  readonly #stream: RandomStream;
  /** All places after this one are drawn. */
  #last: number;

  /** @param order holds the columns of X in their own order; receives them in the epoch's order, [m] */
  constructor({ shuffled, seed }: Pick<TrainingPlan, "shuffled" | "seed">, epoch: number, order: Uint32Array) {
    this.#order = order;
    this.#stream = randomStream(seed, PURPOSE.order, epoch);
    this.#last = shuffled ? order.length - 1 : 0;
  }

  /** The number of places still to be drawn. */
  get left(): number {
    return this.#last;
  }

  /** Continues a partial drawing of the same order, in which `left` places are still to be drawn. */
  resume(left: number): void {
    this.#last = left;
  }

  /** Draws at most `places` further places. */
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

/** Draws the whole order of an epoch at once. */
export function orderEpoch(plan: TrainingPlan, epoch: number, order: Uint32Array): void {
  order.set(plan.examples.columns);
  const drawing = new EpochOrder(plan, epoch, order);
  drawing.draw(drawing.left);
}
