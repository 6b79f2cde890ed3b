/** The figures of a run's epochs, thinned out so that a run of any length stays small. */
import type { EpochFigures } from "./events.ts";

export interface Curves {
  /** One epoch of so many is kept; it doubles whenever there are too many. */
  readonly every: number;
  /** Ascending; of the same length as all the others. */
  readonly epochs: readonly number[];
  readonly loss: readonly number[];
  /** null for a quantity, which has none. */
  readonly accuracy: readonly (number | null)[];
  /** null where there is no validation. */
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

/** As many as pixels of a wide chart. */
const MOST_POINTS = 1024;

/**
 * With more epochs behind them: a function of the reports alone, however they are grouped, so that a page that was there from
 * the beginning and one that comes later see the same.
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
    // A run that goes on from a checkpoint may do some epochs again.
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
