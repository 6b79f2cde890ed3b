/**
 * Selects the parameters that a run ends with and decides on early stopping. Both depend on the epochs' figures. The
 * best and the average also depend on the parameters at the ends of epochs.
 *
 *   last     those after the last step
 *   best     those of the epoch whose validation was best
 *   average  w := w + (W - w) / n at the end of the n-th epoch of the last part of the run, W its parameters: their
 *            running mean (B. T. Polyak, A. B. Juditsky, "Acceleration of stochastic approximation by averaging",
 *            1992), in f32, with one rounding per operation, epoch after epoch
 */
import { InputError, requireChoice, requireInteger } from "../checks/errors.ts";
import { describeValue } from "../checks/excerpt.ts";
import { requireOptions } from "../checks/options.ts";
import type { EpochReport, FitOptions, SelectedParameters, ValidationFigures } from "./options.ts";

export const KEEP_CHOICES = ["last", "best"] as const;
export const BEST_BY_CHOICES = ["loss", "score"] as const;

/** The selection options, with all defaults filled in: plain data. */
export interface SelectionSettings {
  readonly keep: (typeof KEEP_CHOICES)[number];
  readonly bestBy: (typeof BEST_BY_CHOICES)[number];
  /** The number of epochs without a better validation after which the run stops. */
  readonly patience: number | undefined;
  /** The epoch after which the mean begins; undefined for no mean. */
  readonly averageAfter: number | undefined;
}

const MOST = 2 ** 31 - 1;
const fround = Math.fround;

/** @throws InputError naming what is out of range, or two options that contradict each other */
export function planSelection(options: FitOptions): SelectionSettings {
  const { validation, earlyStopping, bestBy, averageFrom, epochs } = options;
  const { keep = earlyStopping === undefined ? "last" : "best" } = options;
  requireChoice("keep", keep, KEEP_CHOICES);
  if (earlyStopping !== undefined) requireOptions("options.earlyStopping", earlyStopping, { patience: "checked" });
  const given = {
    'keep: "best"': options.keep === "best",
    earlyStopping: earlyStopping !== undefined,
    bestBy: bestBy !== undefined,
  };
  for (const [name, isGiven] of Object.entries(given)) {
    if (!isGiven) continue;
    if (validation === undefined) throw contradiction(name, "validation: examples to look at", "none", "pass some");
    if (averageFrom === undefined || name === "bestBy") continue;
    const why = name === "earlyStopping" ? "the last part of a run whose end is known" : "the mean that it ends with";
    const remedy = "leave out one of the two";
    throw contradiction("averageFrom", `nothing with ${name}: it is of ${why}`, String(averageFrom), remedy);
  }
  return {
    keep,
    bestBy: requireChoice("bestBy", bestBy ?? "loss", BEST_BY_CHOICES),
    patience: earlyStopping && requireInteger("earlyStopping.patience", earlyStopping.patience, 1, MOST),
    averageAfter: averageFrom === undefined ? undefined : averageStart(requirePart(averageFrom), epochs),
  };
}

/** The epoch after which the mean of a run begins. */
export function averageStart(averageFrom: number, epochs: number): number {
  return Math.floor(averageFrom * epochs);
}

function contradiction(where: string, expected: string, found: string, remedy: string): InputError {
  return new InputError({ where, expected, found, remedy });
}

function requirePart(averageFrom: number): number {
  if (typeof averageFrom === "number" && averageFrom >= 0 && averageFrom < 1) return averageFrom;
  throw new InputError({
    where: "averageFrom",
    expected: "the part of the run after which the mean begins, from 0 to below 1",
    found: describeValue(averageFrom),
    remedy: "pass for example 0.75, for the mean of the last quarter",
  });
}

type Criterion = SelectionSettings["bestBy"];

/** The epoch with the best validation, the first one of equals; undefined where no epoch has one. */
export function bestEpoch(reports: readonly EpochReport[], by: Criterion): EpochReport | undefined {
  return reports.reduce((best: EpochReport | undefined, report) => better(report, best, by), undefined);
}

/** Returns the later one only if its validation is better. */
function better(later: EpochReport, best: EpochReport | undefined, by: Criterion): EpochReport | undefined {
  if (later.validation === undefined) return best;
  return best?.validation === undefined || isBetter(later.validation, best.validation, by) ? later : best;
}

/** Equal scores are compared by their losses, as a small validation set gives few different scores. */
function isBetter(one: ValidationFigures, other: ValidationFigures, by: Criterion): boolean {
  const [score, before] = by === "score" ? [one.accuracy ?? 0, other.accuracy ?? 0] : [0, 0];
  return score === before ? one.loss < other.loss : score > before;
}

/**
 * The number of epochs whose parameters a run keeps besides the last ones, after `epochs` epochs: 1 for the best, n for
 * a mean of n.
 */
export function epochsKept({ keep, averageAfter }: SelectionSettings, epochs: number): number {
  if (keep === "best") return Math.min(1, epochs);
  return averageAfter === undefined ? 0 : Math.max(0, epochs - averageAfter);
}

/** Keeps the best parameters, or the running mean, during the run. */
export class ModelSelection {
  readonly #settings: SelectionSettings;
  /** The best parameters, or the mean so far. */
  #kept: Float32Array | undefined;
  /** The mean that includes the current epoch. */
  #next: Float32Array | undefined;

  #best: EpochReport | undefined;
  #epochs: number;

  /**
   * @param reports of the completed epochs
   * @param kept the parameters kept so far
   */
  constructor(settings: SelectionSettings, reports: readonly EpochReport[], kept: Float32Array | undefined) {
    this.#settings = settings;
    this.#best = bestEpoch(reports, settings.bestBy);
    this.#epochs = reports.length;
    this.#kept = kept?.slice();
  }

  /** Whether the last `patience` epochs brought no better validation. */
  get endsEarly(): boolean {
    const { patience } = this.#settings;
    return patience !== undefined && this.#epochs - (this.#best?.epoch ?? 0) >= patience;
  }

  /** A copy of the parameters kept. */
  get kept(): Float32Array | undefined {
    return this.#kept?.slice();
  }

  /**
   * Computes the mean that includes this epoch, before the epoch ends; undefined where the epoch is not part of a mean.
   * Repeated calls give the same result.
   * @param now the current parameters
   */
  averageWith(now: Float32Array, epoch: number): Float32Array | undefined {
    const { averageAfter } = this.#settings;
    if (averageAfter === undefined || epoch <= averageAfter) return undefined;
    const n = epoch - averageAfter;
    const before = this.#kept ?? now;
    this.#next ??= new Float32Array(now.length);
    for (let i = 0; i < now.length; i++) {
      this.#next[i] = fround(before[i] + fround(fround(now[i] - before[i]) / n));
    }
    return this.#next;
  }

  /** Ends an epoch: keeps its mean, or its parameters if they are the best. */
  note(report: EpochReport, now: () => Float32Array): void {
    this.#epochs = report.epoch;
    this.#best = better(report, this.#best, this.#settings.bestBy);
    if (this.#next !== undefined) {
      [this.#kept, this.#next] = [this.#next, this.#kept];
    } else if (this.#settings.keep === "best" && this.#best === report) {
      if (this.#kept === undefined) this.#kept = now().slice();
      else this.#kept.set(now());
    }
  }

  /** The parameters that the run returns; undefined where it returns its current ones. */
  get selected(): SelectedParameters | undefined {
    const { kept: parameters } = this;
    if (parameters === undefined) return undefined;
    const of = this.#settings.keep === "best" ? "best" : "average";
    const epoch = of === "best" ? this.#best!.epoch : this.#epochs;
    return { of, epoch, epochs: epochsKept(this.#settings, this.#epochs), parameters };
  }
}
