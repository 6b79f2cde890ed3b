/** Schedules: what becomes of the learning rate, as a function of the step, of all steps, and of the epochs' losses. */
import { InputError, requireChoice, requireInteger } from "../checks/errors.ts";
import { describeValue } from "../checks/excerpt.ts";
import { requireOptions } from "../checks/options.ts";
import { cos, log } from "../numerics/functions.ts";
import { power } from "../numerics/power.ts";

const fround = Math.fround;

export const SCHEDULES = ["constant", "step", "cosine", "cos-log", "one-cycle", "plateau"] as const;
export type ScheduleName = (typeof SCHEDULES)[number];

export interface ScheduleOptions {
  /**
   * With t from 0 to 1 over the steps: `constant` is 1, `step` 1, 1/10 and 1/100 in a third of the steps each, `cosine`
   * (1 + cos(pi t)) / 2, and `cos-log` (1 - cos(2 pi log2(1 + 15 t))) / 2: four waves, each twice as long as the one before.
   *
   * `one-cycle` rises from 1/25 to 1 in a line over the first 30 % of the steps, and falls to 1/10,000 along half a cosine
   * over the others (L. N. Smith, "A disciplined approach to neural network hyper-parameters: part 1", 2018,
   * arXiv:1803.09820; the numbers are fast.ai's).
   *
   * `plateau` is 1 until the validation loss, or the training loss where there is no validation, has not been lower than
   * its lowest so far for {@link patience} epochs; from then on a {@link factor} of that, and so on.
   */
  readonly name: ScheduleName;
  /** Steps over which the learning rate first rises from zero, in a line; from 0. Not of one-cycle. Default 0. */
  readonly warmup?: number;
  /** Of plateau: epochs without a lower loss after which the learning rate is reduced; from 1. Default 10. */
  readonly patience?: number;
  /** Of plateau: what it is then multiplied by; above 0, below 1, of f32's precision. Default 0.1. */
  readonly factor?: number;
}

/** A schedule with nothing left to default; `patience` and `factor` are plateau's alone. */
export interface ScheduleSettings extends ScheduleOptions {
  readonly warmup: number;
}

/** Any of 2^31 - 1 steps. */
const MOST = 2 ** 31 - 1;
const TWO_PI = fround(2 * Math.PI);
const PI = fround(Math.PI);
const LOG2_E = fround(Math.LOG2E);
const PLATEAU = { patience: 10, factor: 0.1 };

/** Of one-cycle: the part of the steps in which it rises, where it begins, where it ends. */
const RISE = fround(0.3);
const FALL = fround(0.7);
const FIRST = fround(1 / 25);
const LAST = fround(1e-4);

/** What the learning rate is multiplied by, an f32 from 0 to 1. @param t from 0 to 1, an f32 */
const FACTORS: Readonly<Record<ScheduleName, (t: number) => number>> = {
  constant: () => 1,
  step: (t) => [1, fround(0.1), fround(0.01)][Math.min(2, Math.floor(3 * t))],
  cosine: (t) => fround(0.5 * fround(1 + cos(fround(PI * t)))),
  "cos-log": (t) => {
    const log2 = fround(log(fround(1 + fround(15 * t))) * LOG2_E);
    return fround(0.5 * fround(1 - cos(fround(TWO_PI * log2))));
  },
  "one-cycle": (t) => {
    if (t < RISE) return fround(FIRST + fround(fround(1 - FIRST) * fround(t / RISE)));
    const down = fround(0.5 * fround(1 + cos(fround(PI * fround(fround(t - RISE) / FALL)))));
    return fround(LAST + fround(fround(1 - LAST) * down));
  },
  plateau: () => 1,
};

/**
 * The learning rate of a step.
 * @param alpha what it is without a schedule
 * @param step from 1
 * @param steps in all
 * @param reductions how often plateau has reduced it before that step, see {@link Plateau}
 */
export function scheduledRate(
  { name, warmup, factor }: ScheduleSettings,
  alpha: number,
  step: number,
  steps: number,
  reductions = 0,
): number {
  const rate = factor === undefined ? fround(alpha) : fround(fround(alpha) * power(fround(factor), reductions));
  if (step <= warmup) return fround(rate * fround(step / (warmup + 1)));
  // The middle of the step: no step is wasted where the learning rate is zero.
  const t = fround((step - warmup - 0.5) / (steps - warmup));
  return fround(rate * FACTORS[name](t));
}

/** Whether a run of more steps would have had other learning rates from its beginning. */
export function dependsOnSteps(name: ScheduleName): boolean {
  return name !== "constant" && name !== "plateau";
}

/** Counts how often plateau has reduced the learning rate: a function of the losses of the epochs that are done. */
export class Plateau {
  readonly #patience: number;
  #lowest = Number.POSITIVE_INFINITY;
  #since = 0;
  /** 0 for other schedules. */
  reductions = 0;

  constructor({ patience = Number.POSITIVE_INFINITY }: ScheduleSettings) {
    this.#patience = patience;
  }

  /** An epoch has ended with that loss. */
  note(loss: number): void {
    this.#since = loss < this.#lowest ? 0 : this.#since + 1;
    this.#lowest = Math.min(this.#lowest, loss);
    if (this.#since < this.#patience) return;
    this.reductions++;
    this.#since = 0;
  }
}

/** @throws InputError naming what is unknown or out of range */
export function planSchedule(options: ScheduleOptions = { name: "constant" }): ScheduleSettings {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new InputError({
      where: "options.schedule",
      expected: "an object with the schedule's name",
      found: describeValue(options),
      remedy: 'pass for example { name: "cosine" }',
    });
  }
  const name = requireChoice("schedule.name", options.name, SCHEDULES);
  const own = name === "plateau" ? ({ patience: "checked", factor: "checked" } as const) : {};
  requireOptions(`options.schedule (${name})`, options, { name: "checked", warmup: "checked", ...own });
  const warmup = requireInteger("schedule.warmup", options.warmup ?? 0, 0, MOST);
  if (name === "one-cycle" && warmup > 0) {
    throw new InputError({
      where: "schedule.warmup",
      expected: "0 with one-cycle, which begins with a rise of its own",
      found: String(warmup),
      remedy: "leave it out, or take another schedule",
    });
  }
  if (name !== "plateau") return { name, warmup };
  const { patience = PLATEAU.patience, factor = PLATEAU.factor } = options;
  return {
    name,
    warmup,
    patience: requireInteger("schedule.patience", patience, 1, MOST),
    factor: requireFactor(factor),
  };
}

function requireFactor(factor: number): number {
  const rounded = typeof factor === "number" ? fround(factor) : Number.NaN;
  if (rounded > 0 && rounded < 1) return factor;
  throw new InputError({
    where: "schedule.factor",
    expected: "a number above 0 and below 1, of f32's precision",
    found: describeValue(factor),
    remedy: `pass for example ${PLATEAU.factor}`,
  });
}
