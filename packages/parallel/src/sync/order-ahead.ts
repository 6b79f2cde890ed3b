/**
 * Draws the shuffled order of the next epoch ahead of time. Drawing an order takes milliseconds, and between two epochs
 * all threads would wait for it. So waiting threads draw the next order a few places at a time during the current
 * epoch. When the next epoch begins, main draws the places that are left.
 *
 *   main      begins an epoch: writes the unshuffled columns, then EPOCH := the next epoch, LEFT := places to draw
 *   anyone    LOCK 0 -> its number + 1; draws some places; LEFT := what is left; LOCK := 0
 */
import { EpochOrder, orderEpoch, orderOf, type StepMemory, type TrainingPlan } from "@scratch-nn/core/engine";

/** The epoch whose order is complete or being drawn. */
const EPOCH = 0;
/** Places of that order that are still to be drawn. */
const LEFT = 1;
/** 0 if free, else the number of the thread that draws, plus 1. */
const LOCK = 2;
export const ORDER_WORDS = 16;

/** Places drawn at a time, which takes half a microsecond. */
const PLACES = 8;

/** The part of the plan that every thread knows. */
export type OrderPlan = Pick<TrainingPlan, "epochs" | "batchesPerEpoch" | "shuffled" | "seed">;

/** The orders, and the words that describe the next one. */
interface OrderMemory extends Pick<StepMemory, "orders"> {
  /** [ORDER_WORDS] */
  readonly order: Int32Array;
}

/** Draws orders on any thread, main or worker. */
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

  /** Draws a few places of the next epoch's order. @returns false if none is left or another thread is drawing */
  drawSome(): boolean {
    return Atomics.load(this.#memory.order, LEFT) > 0 && this.#tryToDraw(PLACES);
  }

  /** Whether an epoch's order is complete. */
  isReady(epoch: number): boolean {
    const { order: words } = this.#memory;
    const known = Atomics.load(words, EPOCH);
    return epoch < known || (epoch === known && Atomics.load(words, LEFT) === 0);
  }

  /** Draws all places that are left. @returns false if another thread is drawing */
  finish(): boolean {
    return this.#tryToDraw(Number.POSITIVE_INFINITY);
  }

  /** @returns false if another thread is drawing */
  #tryToDraw(places: number): boolean {
    const { order: words } = this.#memory;
    if (Atomics.compareExchange(words, LOCK, 0, this.#thread + 1) !== 0) return false;
    this.#draw(places);
    Atomics.store(words, LOCK, 0);
    return true;
  }

  /** The caller holds the lock. */
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

/** The thread that is drawing; undefined if none is. */
export function drawer({ order: words }: OrderMemory): number | undefined {
  const number = Atomics.load(words, LOCK);
  return number === 0 ? undefined : number - 1;
}

/** Draws an epoch's whole order. Only main calls it, while no worker draws. */
export function drawWhole(plan: TrainingPlan, memory: OrderMemory, epoch: number): void {
  const { order: words } = memory;
  Atomics.store(words, LOCK, 0);
  Atomics.store(words, LEFT, 0);
  Atomics.store(words, EPOCH, epoch);
  orderEpoch(plan, epoch, orderOf(memory, epoch));
}

/** Lets threads draw the next epoch's order while this epoch's is in use. Only main calls it. */
export function beginNext(plan: TrainingPlan, memory: OrderMemory, epoch: number): void {
  const next = epoch + 1;
  if (next > plan.epochs || memory.orders.length === 1) return;
  const order = orderOf(memory, next);
  order.set(plan.examples.columns);
  Atomics.store(memory.order, EPOCH, next);
  Atomics.store(memory.order, LEFT, plan.shuffled ? order.length - 1 : 0);
}
