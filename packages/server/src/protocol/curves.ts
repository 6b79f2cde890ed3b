/** The learning curves of a run, thinned out so that they stay small for any number of epochs. */
import type { EpochFigures } from "./events.ts";

export interface Curves {
  /** One epoch of every `every` is kept. It doubles whenever there are too many points. */
  readonly every: number;
  /** Ascending; the other arrays have the same length. */
  readonly epochs: readonly number[];
  readonly loss: readonly number[];
  /** null for quantities, which have no accuracy. */
  readonly accuracy: readonly (number | null)[];
  /** null without validation. */
  readonly validationLoss: readonly (number | null)[];
  readonly validationAccuracy: readonly (number | null)[];
  /** The last epoch, kept or not. */
  readonly last?: EpochFigures;
}

export const NO_CURVES: Curves = {
  every: 1,
  epochs: [],
  loss: [],
  accuracy: [],
  validationLoss: [],
  validationAccuracy: [],
};

/** The pixels of a wide chart. */
const MOST_POINTS = 1024;

/**
 * Appends reports to the curves. The result depends on the sequence of reports alone, not on how they are grouped. So a
 * page that was open from the beginning and one that is opened later show the same.
 */
export function withReports(curves: Curves, reports: readonly EpochFigures[]): Curves {
  const grown = {
    every: curves.every,
    epochs: [...curves.epochs],
    loss: [...curves.loss],
    accuracy: [...curves.accuracy],
    validationLoss: [...curves.validationLoss],
    validationAccuracy: [...curves.validationAccuracy],
  };
  let last = curves.last;
  for (const report of reports) {
    // A run that resumes from a checkpoint may repeat some epochs.
    if (last !== undefined && report.epoch <= last.epoch) continue;
    last = report;
    if ((report.epoch - 1) % grown.every !== 0) continue;
    grown.epochs.push(report.epoch);
    grown.loss.push(report.loss);
    grown.accuracy.push(report.accuracy ?? null);
    grown.validationLoss.push(report.validation?.loss ?? null);
    grown.validationAccuracy.push(report.validation?.accuracy ?? null);
    if (grown.epochs.length > MOST_POINTS) thin(grown);
  }
  return last === undefined ? grown : { ...grown, last };
}

function thin(grown: { every: number } & { [K in Column]: unknown[] }): void {
  grown.every *= 2;
  const { every, epochs } = grown;
  const keeps = epochs.map((epoch) => ((epoch as number) - 1) % every === 0);
  for (const name of COLUMNS) grown[name] = grown[name].filter((_, i) => keeps[i]);
}

const COLUMNS = ["epochs", "loss", "accuracy", "validationLoss", "validationAccuracy"] as const;
type Column = (typeof COLUMNS)[number];
