/** Trains one network again, and compares it with the saved states on the way. */
import {
  DivergenceError,
  type EpochReport,
  type FitResult,
  type Network,
  type TrainingPosition,
} from "@scratch-nn/core";
import { parameterBytes, type TrainingPlan, withParameters } from "@scratch-nn/core/engine";
import type { Dataset } from "@scratch-nn/data";
import type { Checkpoint } from "../checkpoint/checkpoint.ts";
import { sha256Of } from "../disk/pieces.ts";
import type { TrainOptions } from "../options/train-options.ts";
import { warning } from "../output/report.ts";
import { type EpochRow, sameFigures } from "../record/metrics-csv.ts";
import { shortHashOf } from "../record/metrics-log.ts";
import { describeRetry, describeShortage } from "../reports/describe-setbacks.ts";
import { trainingProgress } from "../reports/progress.ts";
import type { Interrupts } from "../run/interrupts.ts";
import { modelFiles } from "../run/model-files.ts";
import { planRun } from "../run/plan-run.ts";
import type { RunFiles } from "../run/run-folder.ts";
import { fit } from "../run/train-run.ts";
import { Difference, otherwise } from "./difference.ts";
import type { KeptRun } from "./kept-run.ts";
import { describeMoment, type KeptState, momentOf, stateSha256 } from "./kept-states.ts";

/** A command that a signal may end. */
export type Stoppable = Pick<Interrupts, "signal" | "goOn">;

/** The stretch to train again. */
export interface Stretch {
  /** Undefined for the beginning. */
  readonly from: Checkpoint | undefined;
  /** The states to compare on the way, the oldest first. */
  readonly states: readonly KeptState[];
  /** Whether to train to the run's end, not only to the last state and the last line. */
  readonly toEnd: boolean;
}

export interface Trained {
  readonly plan: TrainingPlan;
  readonly network: Network;
  /** The number of equal epochs. */
  readonly epochs: number;
  readonly checkpoints: number;
  /** The models that the run saves at its end; undefined where training stopped earlier. */
  readonly models: RunFiles | undefined;
  readonly weightsSha256: string | undefined;
}

/** @throws Difference naming the first epoch or checkpoint that differs */
export async function trainAgain(
  kept: KeptRun,
  options: TrainOptions,
  dataset: Dataset,
  stretch: Stretch,
  interrupts: Stoppable,
): Promise<Trained> {
  const { network, examples, fitOptions, plan } = await planRun(dataset, options, stretch.from);
  const comparison = new Comparison(kept.rows, stretch, network);
  const progress = trainingProgress(plan, options.quiet);
  const tell = (line: string): void => progress.say(warning(line));
  let result: FitResult;
  try {
    result = await fit(
      network,
      examples,
      {
        ...fitOptions,
        checkpoints: comparison,
        onEpoch(report) {
          comparison.note(report);
          progress.after(report);
        },
        onProgress: (now) => progress.during(now),
        signal: comparison.signal,
      },
      {
        workers: options.workers,
        update: options.update,
        onRetry: (retry) => tell(describeRetry(retry)),
        onShortage: (shortage) => tell(describeShortage(shortage, "the comparison")),
      },
    );
  } catch (error) {
    throw error instanceof DivergenceError ? new Difference("the training", error.message) : error;
  } finally {
    progress.end();
  }
  await interrupts.goOn();
  comparison.conclude(result);
  const { epochs, checkpoints } = comparison;
  const same = { plan, network, epochs, checkpoints };
  if (!result.completed || !stretch.toEnd) return { ...same, models: undefined, weightsSha256: undefined };
  const given = result.selected === undefined ? network : withParameters(network, result.selected.parameters);
  const last = withParameters(network, result.position.parameters ?? network.parameters);
  const weightsSha256 = sha256Of([parameterBytes(given)]).toString("hex");
  return { ...same, models: modelFiles({ dataset, network: given, last }), weightsSha256 };
}

/** Stops the training at the first difference, or when nothing is left to compare. */
class Comparison {
  epochs = 0;
  checkpoints = 0;
  readonly #rows: readonly EpochRow[];
  readonly #stretch: Stretch;
  readonly #network: Network;
  readonly #missing: Map<string, KeptState>;
  readonly #stop = new AbortController();
  #difference: Difference | undefined;

  constructor(rows: readonly EpochRow[], stretch: Stretch, network: Network) {
    this.#rows = rows;
    this.#stretch = stretch;
    this.#network = network;
    this.#missing = new Map(stretch.states.map((state) => [momentOf(state.epoch, state.batch), state]));
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** @throws Difference, the first one found */
  conclude({ epochs, completed }: FitResult): void {
    if (this.#difference !== undefined) throw this.#difference;
    const [left] = this.#missing.values();
    if (completed && left !== undefined) {
      throw new Difference(left.path, `it is of ${describeMoment(left)}, the run ends after epoch ${epochs.length}`);
    }
    if (completed && this.#stretch.toEnd && this.#rows.length > epochs.length) {
      throw new Difference(
        `epoch ${epochs.length + 1}`,
        otherwise("a line of it", `its end after epoch ${epochs.length}`),
      );
    }
  }

  note(report: EpochReport): void {
    const row = this.#rows.at(report.epoch - 1);
    // A finished run has a line for every epoch.
    if (row === undefined && this.#stretch.toEnd && this.#rows.length > 0) {
      this.#differ(new Difference(`epoch ${report.epoch}`, otherwise("no line of it", "one")));
    }
    if (row !== undefined) {
      const difference = differenceIn(report, row, () => shortHashOf(this.#network));
      if (difference === undefined) this.epochs++;
      else this.#differ(difference);
    }
    this.#stopWhereDone(report.epoch + 1);
  }

  readonly areDue = (epoch: number, batch: number): boolean => this.#missing.has(momentOf(epoch, batch));

  readonly take = (position: TrainingPosition, network: Network): void => {
    const moment = momentOf(position.epoch, position.batch);
    const state = this.#missing.get(moment)!;
    this.#missing.delete(moment);
    const found = stateSha256(position, network);
    if (found === state.sha256) this.checkpoints++;
    else {
      const what = otherwise(`${short(state.sha256)} at ${describeMoment(state)}`, short(found));
      this.#differ(new Difference(state.path, what));
    }
    this.#stopWhereDone(position.epoch);
  };

  #stopWhereDone(epoch: number): void {
    const isBehindLines = this.#stretch.states.length > 0 && this.#stretch.from !== undefined;
    const linesLeft = !isBehindLines && this.#rows.length >= epoch;
    if (!this.#stretch.toEnd && this.#missing.size === 0 && !linesLeft) this.#stop.abort();
  }

  #differ(difference: Difference): void {
    this.#difference ??= difference;
    this.#stop.abort();
  }
}

const short = (sha256: string): string => `SHA-256 ${sha256.slice(0, 16)}...`;

function differenceIn(report: EpochReport, row: EpochRow, weights: () => string): Difference | undefined {
  const where = `epoch ${row.epoch}`;
  if (!sameFigures(report, row)) {
    const [kept, found] = [row, report].map(
      ({ loss, validation }) => `loss ${loss}${validation === undefined ? "" : `, validation loss ${validation.loss}`}`,
    );
    return new Difference(where, otherwise(kept, kept === found ? "another accuracy" : found));
  }
  const found = row.weights === undefined ? undefined : weights();
  if (found === row.weights) return undefined;
  return new Difference(where, otherwise(`weights of SHA-256 ${row.weights}...`, `${found}...`));
}
