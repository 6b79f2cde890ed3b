/**
 * The orders of a run's epochs. Drawing one takes milliseconds for which all threads would have to wait between two
 * epochs: so the next one is drawn bit by bit, by whichever thread waits for others anyway. Main draws what is left when
 * the epoch begins.
 *
 *   main      begins an epoch: the columns as they stand, then EPOCH := the next, LEFT := places to draw
 *   anyone    LOCK 0 -> its number + 1; draws some places; LEFT := what is left; LOCK := 0
 */
import { EpochOrder, orderEpoch, orderOf, type StepMemory, type TrainingPlan } from "@scratch-nn/core/engine";

/** The epoch whose order is drawn, or being drawn. */
const EPOCH = 0;
/** Places of it that are still to be drawn. */
const LEFT = 1;
const LOCK = 2;
export const ORDER_WORDS = 16;

/** Places that are drawn at a time: half a microsecond. */
const PLACES = 8;

/** What every thread knows of the plan. */
export type OrderPlan = Pick<TrainingPlan, "epochs" | "batchesPerEpoch" | "shuffled" | "seed">;

/** The orders, and the words that are kept of the next one. */
interface OrderMemory extends Pick<StepMemory, "orders"> {
  /** [ORDER_WORDS] */
  readonly order: Int32Array;
}

/** Any thread's side. */
export class OrderAhead {
  readonly #plan: OrderPlan;
  readonly #memory: OrderMemory;
  readonly #thread: number;
  #drawing: EpochOrder | undefined;
  #epoch = 0;

  constructor(plan: OrderPlan, memory: OrderMemory, thread: number) {
    this.#plan = plan;
    this.#memory = memory;
    this.#thread = thread;
  }

  /** Draws a few places of the next epoch's order, if there are any left and nobody else does. */
  drawSome(): boolean {
    return Atomics.load(this.#memory.order, LEFT) > 0 && this.#tryToDraw(PLACES);
  }

  /** Whether an epoch's order is there. */
  isReady(epoch: number): boolean {
    const { order: words } = this.#memory;
    const known = Atomics.load(words, EPOCH);
    return epoch < known || (epoch === known && Atomics.load(words, LEFT) === 0);
  }

  /** @returns whether nobody draws any more: all that was left is drawn now */
  finish(): boolean {
    return this.#tryToDraw(Number.POSITIVE_INFINITY);
  }

  /** @returns false when somebody else draws */
  #tryToDraw(places: number): boolean {
    const { order: words } = this.#memory;
    if (Atomics.compareExchange(words, LOCK, 0, this.#thread + 1) !== 0) return false;
    this.#draw(places);
    Atomics.store(words, LOCK, 0);
    return true;
  }

  /** With the lock. */
  #draw(places: number): void {
    const { order: words } = this.#memory;
    const left = Atomics.load(words, LEFT);
    const epoch = Atomics.load(words, EPOCH);
    if (left === 0) return;
    if (this.#drawing === undefined || this.#epoch !== epoch) {
      this.#drawing = new EpochOrder(this.#plan, epoch, orderOf(this.#memory, epoch));
      this.#epoch = epoch;
    }
    this.#drawing.resume(left);
    this.#drawing.draw(places);
    Atomics.store(words, LEFT, this.#drawing.left);
  }
}

/** The thread that draws at the moment. */
export function drawer({ order: words }: OrderMemory): number | undefined {
  const number = Atomics.load(words, LOCK);
  return number === 0 ? undefined : number - 1;
}

/** Main's side: when no worker draws, makes the order of that epoch from nothing. */
export function drawWhole(plan: TrainingPlan, memory: OrderMemory, epoch: number): void {
  const { order: words } = memory;
  Atomics.store(words, LOCK, 0);
  Atomics.store(words, LEFT, 0);
  Atomics.store(words, EPOCH, epoch);
  orderEpoch(plan, epoch, orderOf(memory, epoch));
}

/** Main's side: lets the next epoch's order be drawn, while this epoch's is in use. */
export function beginNext(plan: TrainingPlan, memory: OrderMemory, epoch: number): void {
  const next = epoch + 1;
  if (next > plan.epochs || memory.orders.length === 1) return;
  const order = orderOf(memory, next);
  order.set(plan.examples.columns);
  Atomics.store(memory.order, EPOCH, next);
  Atomics.store(memory.order, LEFT, plan.shuffled ? order.length - 1 : 0);
}
