/**
 * The orders of a run's epochs. The last worker draws the next epoch's, a part of it after each step, while
 * main updates the weights: drawn by main between two epochs, all threads would wait for it. It has to be there
 * in an epoch's last step, at whose end workers load examples ahead; where they begin with that one, main draws it.
 */
import { EpochOrder, orderEpoch, orderOf, type TrainingMemory, type TrainingPlan } from "@scratch-nn/core/engine";

/** A step, by its epoch, from 1, and its number in the epoch, from 0. */
export interface Place {
  readonly epoch: number;
  readonly batch: number;
}

/** Main's side. */
export class Orders {
  readonly #plan: TrainingPlan;
  readonly #memory: TrainingMemory;
  /** The last epoch whose order is there, or will be when it is wanted. */
  #known = 0;

  constructor(plan: TrainingPlan, memory: TrainingMemory) {
    this.#plan = plan;
    this.#memory = memory;
  }

  /** Before workers begin, or begin again, in that epoch: what they have drawn so far does not count. */
  begin({ epoch }: Place): void {
    this.#known = Math.min(this.#known, epoch);
  }

  /** The order for a step that main is about to start. */
  forStep({ epoch, batch }: Place): Uint32Array {
    const { epochs, batchesPerEpoch, examples } = this.#plan;
    if (this.#known < epoch) this.#draw(epoch);
    const next = epoch + 1;
    if (this.#known < next && next <= epochs && this.#memory.orders.length > 1) {
      if (batch === batchesPerEpoch - 1) this.#draw(next);
      else orderOf(this.#memory, next).set(examples.columns);
      this.#known = next;
    }
    return orderOf(this.#memory, epoch);
  }

  #draw(epoch: number): void {
    orderEpoch(this.#plan, epoch, orderOf(this.#memory, epoch));
    this.#known = epoch;
  }
}

/** What the worker knows of the plan. */
export type OrderPlan = Pick<TrainingPlan, "epochs" | "batchesPerEpoch" | "shuffled" | "seed">;

/** The last worker's side. */
export class NextOrder {
  readonly #plan: OrderPlan;
  readonly #memory: TrainingMemory;
  #drawing: EpochOrder | undefined;

  constructor(plan: OrderPlan, memory: TrainingMemory) {
    this.#plan = plan;
    this.#memory = memory;
  }

  /** Draws a part of the next epoch's order: all of it by the last step but one. */
  drawAfter({ epoch, batch }: Place): void {
    const stepsLeft = this.#plan.batchesPerEpoch - 1 - batch;
    if (stepsLeft === 0) this.#drawing = undefined;
    if (stepsLeft === 0 || epoch === this.#plan.epochs) return;
    this.#drawing ??= new EpochOrder(this.#plan, epoch + 1, orderOf(this.#memory, epoch + 1));
    this.#drawing.draw(Math.ceil(this.#drawing.left / stepsLeft));
  }
}
