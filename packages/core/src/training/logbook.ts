/** Records the position and the figures of a training run. The training loop reads them. */
import { DivergenceError } from "../checks/errors.ts";
import { Plateau } from "../optimisers/schedule.ts";
import type { BatchTotals } from "../reduction/gradient.ts";
import { foldNumbers } from "../reduction/shards.ts";
import { ModelSelection } from "./model-selection.ts";
import type {
  EpochReport,
  FitResult,
  OptimizerState,
  SelectedParameters,
  TrainingPosition,
  ValidationFigures,
} from "./options.ts";
import type { TrainingPlan } from "./plan.ts";

export class Logbook {
  readonly #plan: TrainingPlan;
  readonly #reports: EpochReport[];
  readonly #sums: Float64Array;
  readonly #selection: ModelSelection;
  readonly #plateau: Plateau;
  readonly #state: () => OptimizerState | undefined;
  #batch: number;
  #steps: number;
  #loss: number;
  #correct: number;

  /**
   * @param from the position to resume from; default: the beginning
   * @param state copies the optimiser's current state
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
    this.#selection = new ModelSelection(plan.selection, this.#reports, from?.kept);
    this.#plateau = new Plateau(plan.schedule);
    for (const report of this.#reports) this.#plateau.note(lossOf(report));
    this.#batch = from?.batch ?? 0;
    this.#steps = from?.steps ?? 0;
    this.#loss = from?.loss ?? 0;
    this.#correct = from?.correct ?? 0;
  }

  /** The current epoch, from 1. */
  get epoch(): number {
    return this.#reports.length + 1;
  }

  /** The next batch, from 0. */
  get batch(): number {
    return this.#batch;
  }

  /** Updates applied. */
  get steps(): number {
    return this.#steps;
  }

  get isOver(): boolean {
    return this.epoch > this.#plan.epochs || (this.#batch === 0 && this.#selection.endsEarly);
  }

  /** Whether all steps of the current epoch are done, so that only its validation remains. */
  get isEpochDone(): boolean {
    return this.#batch === this.#plan.batchesPerEpoch;
  }

  /** See {@link ModelSelection.averageWith}. */
  averageWith(now: Float32Array): Float32Array | undefined {
    return this.#selection.averageWith(now, this.epoch);
  }

  /** The parameters that the run returns in place of its last ones, if there are any. */
  get selected(): SelectedParameters | undefined {
    return this.#selection.selected;
  }

  /** See scheduledRate. */
  get reductions(): number {
    return this.#plateau.reductions;
  }

  get position(): TrainingPosition {
    const { epoch } = this;
    const [batch, steps, loss, correct] = [this.#batch, this.#steps, this.#loss, this.#correct];
    const optimizer = this.#state();
    const { kept } = this.#selection;
    const position = { epoch, batch, steps, loss, correct, reports: [...this.#reports] };
    return { ...position, ...(optimizer === undefined ? {} : { optimizer }), ...(kept === undefined ? {} : { kept }) };
  }

  /**
   * Records a step's figures before its update. It adds the shards along the tree, and the batches in order.
   * @param parameters the parameters that the figures were computed with
   * @throws DivergenceError when the loss is not finite, as no later step would be valid
   */
  note({ losses, correct }: BatchTotals, parameters: () => Float32Array): void {
    const loss = foldNumbers(losses, this.#sums);
    if (!Number.isFinite(loss)) throw new DivergenceError(loss, this.epoch, this.#batch + 1, largest(parameters()));
    this.#loss += loss;
    this.#correct += foldNumbers(correct, this.#sums);
    this.#steps++;
    this.#batch++;
  }

  /**
   * Ends an epoch whose steps are all done.
   * @param now returns the current parameters
   * @throws DivergenceError when the validation loss is not finite
   */
  endEpoch(validation: ValidationFigures | undefined, now: () => Float32Array): EpochReport {
    if (validation !== undefined && !Number.isFinite(validation.loss)) {
      throw new DivergenceError(validation.loss, this.epoch, this.#batch, largest(now()), "the validation loss");
    }
    const examples = this.#plan.examples.columns.length;
    const hasAccuracy = this.#plan.output !== "identity";
    const report = {
      epoch: this.epoch,
      loss: this.#loss / examples,
      ...(hasAccuracy ? { accuracy: this.#correct / examples } : {}),
      ...(validation === undefined ? {} : { validation }),
    };
    this.#reports.push(report);
    this.#selection.note(report, now);
    this.#plateau.note(lossOf(report));
    this.#batch = 0;
    this.#loss = 0;
    this.#correct = 0;
    return report;
  }

  /**
   * Checks parameters that are to be kept, and the optimiser's state.
   * @throws DivergenceError when a number is not finite
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

  get result(): FitResult {
    const { position, isOver, selected } = this;
    return {
      epochs: [...this.#reports],
      steps: this.#steps,
      completed: isOver,
      stoppedEarly: this.epoch <= this.#plan.epochs && isOver,
      position,
      ...(selected === undefined ? {} : { selected }),
    };
  }
}

/** The loss that the plateau schedule watches. */
function lossOf({ loss, validation }: EpochReport): number {
  return validation?.loss ?? loss;
}

/** The largest absolute value; NaN if any value is NaN. */
function largest(parameters: Float32Array): number {
  let most = 0;
  for (const value of parameters) {
    if (Number.isNaN(value)) return value;
    most = Math.max(most, Math.abs(value));
  }
  return most;
}
