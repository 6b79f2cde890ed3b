/** Where a training run stands, and the figures so far: what the loop goes by. */
import { DivergenceError } from "../checks/errors.ts";
import type { BatchTotals } from "../reduction/gradient.ts";
import { foldNumbers } from "../reduction/shards.ts";
import type { EpochReport, FitResult, OptimizerState, TrainingPosition } from "./options.ts";
import type { TrainingPlan } from "./plan.ts";

export class Logbook {
  readonly #plan: TrainingPlan;
  readonly #reports: EpochReport[];
  readonly #sums: Float64Array;
  readonly #state: () => OptimizerState | undefined;
  #batch: number;
  #steps: number;
  #loss: number;
  #correct: number;

  /**
   * @param from where to go on; default: the beginning
   * @param state copies what the optimiser keeps at the moment
   */
  constructor(
    plan: TrainingPlan,
    from: TrainingPosition | undefined,
    state: () => OptimizerState | undefined = () => undefined,
  ) {
    this.#plan = plan;
    this.#state = state;
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
    const optimizer = this.#state();
    const position = { epoch, batch, steps, loss, correct, reports: [...this.#reports] };
    return optimizer === undefined ? position : { ...position, optimizer };
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
    const figures = { epoch: this.epoch, loss: this.#loss / examples };
    const hasAccuracy = this.#plan.output !== "identity";
    const report = hasAccuracy ? { ...figures, accuracy: this.#correct / examples } : figures;
    this.#reports.push(report);
    this.#batch = 0;
    this.#loss = 0;
    this.#correct = 0;
    return report;
  }

  /**
   * Looks at parameters that somebody wants to keep, and at what the optimiser keeps for them.
   * @throws DivergenceError
   */
  requireFiniteParameters(parameters: Float32Array): void {
    const found = largest(parameters);
    const slots = this.#state()?.slots ?? [];
    if (Number.isFinite(found) && slots.every((slot) => Number.isFinite(largest(slot)))) return;
    const number = Number.isFinite(found) ? "what the optimizer keeps of a weight's gradients" : "a weight";
    const isNew = this.#batch === 0;
    const epoch = isNew ? this.epoch - 1 : this.epoch;
    throw new DivergenceError(undefined, epoch, isNew ? this.#plan.batchesPerEpoch : this.#batch, found, number);
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
