/** Where a training run stands, and the figures so far: what the loop goes by. */
import { DivergenceError } from "../checks/errors.ts";
import type { BatchTotals } from "../reduction/gradient.ts";
import { foldNumbers } from "../reduction/shards.ts";
import type { EpochReport, FitResult, TrainingPosition } from "./options.ts";
import type { TrainingPlan } from "./plan.ts";

export class Logbook {
  readonly #plan: TrainingPlan;
  readonly #reports: EpochReport[];
  readonly #sums: Float64Array;
  #batch: number;
  #steps: number;
  #loss: number;
  #correct: number;

  /** @param from where to go on; default: the beginning */
  constructor(plan: TrainingPlan, from: TrainingPosition | undefined) {
    this.#plan = plan;
    this.#sums = new Float64Array(plan.shards);
    this.#reports = [...(from?.reports ?? [])];
    this.#batch = from?.batch ?? 0;
    this.#steps = from?.steps ?? 0;
    this.#loss = from?.loss ?? 0;
    this.#correct = from?.correct ?? 0;
  }

  /** The epoch under way, from 1. */
  get epoch(): number {
    return this.#reports.length + 1;
  }

  /** The batch to do next, from 0. */
  get batch(): number {
    return this.#batch;
  }

  /** Updates applied. */
  get steps(): number {
    return this.#steps;
  }

  get isOver(): boolean {
    return this.epoch > this.#plan.epochs;
  }

  get position(): TrainingPosition {
    const { epoch } = this;
    const [batch, steps, loss, correct] = [this.#batch, this.#steps, this.#loss, this.#correct];
    return { epoch, batch, steps, loss, correct, reports: [...this.#reports] };
  }

  /**
   * Notes a step's figures, before its update: its shards' along the tree, the batches in their order.
   * @param parameters with which they were computed
   * @returns the epoch's report when it is the epoch's last step
   * @throws DivergenceError when the loss is not finite: nothing that follows would mean anything
   */
  note({ losses, correct }: BatchTotals, parameters: () => Float32Array): EpochReport | undefined {
    const loss = foldNumbers(losses, this.#sums);
    if (!Number.isFinite(loss)) throw new DivergenceError(loss, this.epoch, this.#batch + 1, largest(parameters()));
    this.#loss += loss;
    this.#correct += foldNumbers(correct, this.#sums);
    this.#steps++;
    this.#batch++;
    if (this.#batch < this.#plan.batchesPerEpoch) return undefined;
    const examples = this.#plan.examples.columns.length;
    const report = { epoch: this.epoch, loss: this.#loss / examples, accuracy: this.#correct / examples };
    this.#reports.push(report);
    this.#batch = 0;
    this.#loss = 0;
    this.#correct = 0;
    return report;
  }

  /**
   * Looks at parameters that somebody wants to keep.
   * @throws DivergenceError
   */
  requireFiniteParameters(parameters: Float32Array): void {
    const found = largest(parameters);
    if (Number.isFinite(found)) return;
    const isNew = this.#batch === 0;
    const epoch = isNew ? this.epoch - 1 : this.epoch;
    throw new DivergenceError(undefined, epoch, isNew ? this.#plan.batchesPerEpoch : this.#batch, found);
  }

  result(completed: boolean): FitResult {
    return { epochs: [...this.#reports], steps: this.#steps, completed, position: this.position };
  }
}

/** The largest absolute value, NaN if there is one. */
function largest(parameters: Float32Array): number {
  let most = 0;
  for (const value of parameters) {
    if (Number.isNaN(value)) return value;
    most = Math.max(most, Math.abs(value));
  }
  return most;
}
