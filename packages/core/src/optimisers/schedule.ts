/** Learning rate schedules: functions of the step, of the number of steps, and of the epochs' losses. */
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
   * The factor of the learning rate, with t from 0 to 1 over the steps. `constant` is 1. `step` is 1, 1/10 and 1/100 in
   * a third of the steps each. `cosine` is (1 + cos(pi t)) / 2. `cos-log` is (1 - cos(2 pi log2(1 + 15 t))) / 2: four
   * waves, each twice as long as the one before.
   *
   * `one-cycle` rises linearly from 1/25 to 1 over the first 30 % of the steps, and falls to 1/10,000 along half a
   * cosine over the rest (L. N. Smith, "A disciplined approach to neural network hyper-parameters: part 1", 2018,
   * arXiv:1803.09820; the numbers are those of fast.ai).
   *
   * `plateau` starts at 1. It is multiplied by {@link factor} each time that the loss has not fallen below its minimum
   * so far for {@link patience} epochs. The loss is the validation loss, or the training loss where there is no
   * validation.
   */
  readonly name: ScheduleName;
  /** Steps over which the learning rate first rises linearly from zero; from 0. Not for one-cycle. Default 0. */
  readonly warmup?: number;
  /** For plateau: epochs without a lower loss after which the learning rate is reduced; from 1. Default 10. */
  readonly patience?: number;
  /** For plateau: the factor of each reduction; above 0, below 1, of f32's precision. Default 0.1. */
  readonly factor?: number;
}

/** A schedule with all defaults filled in. Only plateau has `patience` and `factor`. */
export interface ScheduleSettings extends ScheduleOptions {
  readonly warmup: number;
}

const MOST = 2 ** 31 - 1;
const TWO_PI = fround(2 * Math.PI);
const PI = fround(Math.PI);
const LOG2_E = fround(Math.LOG2E);
const PLATEAU = { patience: 10, factor: 0.1 };

/**
 * For one-cycle: the fraction of the steps in which it rises, that in which it falls, and the first and last factor.
 */
const RISE = fround(0.3);
const FALL = fround(0.7);
const FIRST = fround(1 / 25);
const LAST = fround(1e-4);

/** The factor of the learning rate, an f32 from 0 to 1. @param t from 0 to 1, an f32 */
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
 * @param alpha the learning rate without a schedule
 * @param step from 1
 * @param steps the total number of steps
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
  // t is taken at the middle of the step, so that no step has a learning rate of zero.
  const t = fround((step - warmup - 0.5) / (steps - warmup));
  return fround(rate * FACTORS[name](t));
}

/**
 * Whether the learning rates depend on the total number of steps. If so, a longer run would have had others from its
 * start.
 */
export function dependsOnSteps(name: ScheduleName): boolean {
  return name !== "constant" && name !== "plateau";
}

/** Counts the reductions of plateau, a function of the losses of the completed epochs. */
export class Plateau {
  readonly #patience: number;
  #lowest = Number.POSITIVE_INFINITY;
  #since = 0;
  /** The number of reductions so far; 0 for other schedules. */
  reductions = 0;

  constructor({ patience = Number.POSITIVE_INFINITY }: ScheduleSettings) {
    this.#patience = patience;
  }

  /** Records the loss of an epoch that has ended. */
  note(loss: number): void {
    this.#since = loss < this.#lowest ? 0 : this.#since + 1;
    this.#lowest = Math.min(this.#lowest, loss);
    if (this.#since < this.#patience) return;
    this.reductions++;
    this.#since = 0;
  }
}

/** @throws InputError naming the option that is unknown or out of range */
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
