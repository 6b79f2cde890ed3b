/** The optimisers and their options. */
import { InputError, requireChoice, requirePositive } from "../checks/errors.ts";
import { describeValue } from "../checks/excerpt.ts";
import { requireOptions } from "../checks/options.ts";
import type { DropoutMask, Elements, Kernels } from "../kernels/kernels.ts";
import { adam } from "./adam.ts";
import { adamW } from "./adamw.ts";
import { type DropoutSettings, dropoutMasks } from "./dropout.ts";
import { type RateFactors, rateOf } from "./factors.ts";
import { STRENGTH_SCHEDULES, type StrengthSchedule, strengthAt } from "./flat-cosine.ts";
import { gradientDescent } from "./gradient-descent.ts";
import { momentum } from "./momentum.ts";
import { nesterov } from "./nesterov.ts";
import type { AnyOptimiser, SettingName, Settings, Update } from "./optimiser.ts";
import type { Part } from "./parts.ts";
import { rmsprop } from "./rmsprop.ts";
import { type ScheduleSettings, scheduledRate } from "./schedule.ts";

export const OPTIMIZERS = ["gradient-descent", "momentum", "nesterov", "rmsprop", "adam", "adamw"] as const;
export type OptimizerName = (typeof OPTIMIZERS)[number];

export const OPTIMISERS: Readonly<Record<OptimizerName, AnyOptimiser>> = {
  "gradient-descent": gradientDescent,
  momentum,
  nesterov,
  rmsprop,
  adam,
  adamw: adamW,
};

/** An optimiser, and the settings that replace its defaults. Each optimiser has some of the settings only. */
export interface OptimizerOptions {
  readonly name: OptimizerName;
  /** mu, the decay factor of the velocity: from 0 to below 1. For momentum and nesterov; default 0.9. */
  readonly momentum?: number;
  /** The decay factor of the average of gradients: from 0 to below 1. For adam and adamw; default 0.9. */
  readonly beta1?: number;
  /**
   * The decay factor of the average of their squares, likewise. For rmsprop 0.9 by default; for adam and adamw 0.999.
   */
  readonly beta2?: number;
  /** Prevents a division by zero: above 0. For rmsprop, adam and adamw; default 1e-8. */
  readonly epsilon?: number;
  /**
   * lambda, the weight decay: in a step, weights but not biases lose this fraction times the learning rate; from 0. For
   * adamw; default 0.01.
   */
  readonly weightDecay?: number;
}

/** An optimiser with all of its settings: plain data, which can be sent to another thread or written to a file. */
export type OptimizerSettings = { readonly name: OptimizerName } & Partial<Settings>;

/** The update of the parameters in one step. */
export interface UpdateRule {
  /** Whether the update depends on the part (the layer, weights or biases). If not, the part is ignored. */
  readonly isByPart: boolean;
  /** The update of a part's elements: see {@link Update}. */
  update(elements: Elements, kernels: Kernels, part: Part): boolean;
}

/** The names of an optimiser's settings. */
export function settingsOf(name: OptimizerName): SettingName[] {
  return Object.keys(OPTIMISERS[name].defaults) as SettingName[];
}

/** Whether a number is valid for that setting; f32 must be able to hold it. */
export function isSetting(name: SettingName, value: unknown): value is number {
  if (typeof value !== "number") return false;
  const rounded = Math.fround(value);
  if (name === "epsilon") return rounded > 0 && Number.isFinite(rounded);
  return value >= 0 && (name === "weightDecay" ? Number.isFinite(rounded) : rounded < 1);
}

/** The condition of {@link isSetting}, in words. */
export const SETTING_RANGES: Readonly<Record<SettingName, string>> = {
  momentum: "a number from 0 to below 1, of f32's precision",
  beta1: "a number from 0 to below 1, of f32's precision",
  beta2: "a number from 0 to below 1, of f32's precision",
  epsilon: "a finite number above 0 that fits a 32-bit float",
  weightDecay: "a finite number from 0, that fits a 32-bit float",
};

/**
 * Checks the optimiser's options.
 * @returns all settings, with defaults filled in
 * @throws InputError naming the option that is unknown, out of range or of another optimiser
 */
export function planOptimizer(options: OptimizerOptions = { name: "gradient-descent" }): OptimizerSettings {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new InputError({
      where: "options.optimizer",
      expected: "an object with the optimizer's name",
      found: describeValue(options),
      remedy: 'pass for example { name: "adam" }',
    });
  }
  const name = requireChoice("optimizer.name", options.name, OPTIMIZERS);
  const { defaults } = OPTIMISERS[name];
  const names = Object.fromEntries(["name", ...Object.keys(defaults)].map((each) => [each, "checked" as const]));
  requireOptions(`options.optimizer (${name})`, options, names);
  const settings: { name: OptimizerName } & Partial<Record<SettingName, number>> = { name };
  for (const setting of settingsOf(name)) {
    const { [setting]: value = defaults[setting] } = options;
    if (!isSetting(setting, value)) {
      throw new InputError({
        where: `optimizer.${setting}`,
        expected: SETTING_RANGES[setting],
        found: describeValue(value),
        remedy: `pass for example ${defaults[setting]}`,
      });
    }
    settings[setting] = value;
  }
  return settings;
}

/** The learning rate, by default the optimiser's. @throws InputError when it is not an f32 above 0 */
export function planLearningRate(learningRate: number | undefined, { name }: OptimizerSettings): number {
  const { learningRate: usual } = OPTIMISERS[name];
  return requirePositive("learningRate", learningRate === undefined ? usual : learningRate, usual);
}

/** The options that determine all updates of a run: plain data. */
export interface UpdatePlan {
  readonly optimizer: OptimizerSettings;
  readonly learningRate: number;
  readonly schedule: ScheduleSettings;
  /** Undefined where all parameters have the same learning rate. */
  readonly factors?: RateFactors | undefined;
  /** The schedule of the weight decay; undefined for constant. */
  readonly decaySchedule?: StrengthSchedule | undefined;
  /** The maximum norm of the gradient; undefined for no limit. */
  readonly clipNorm?: number | undefined;
  /** Undefined for none. */
  readonly dropout?: DropoutSettings | undefined;
  readonly epochs: number;
  readonly batchSize: number;
  readonly batchesPerEpoch: number;
}

/** The columns of a step: places [from, to) of an epoch's order. */
export interface StepColumns {
  /** From 1. */
  readonly epoch: number;
  /** See scheduledRate. Only main knows it, from the figures of earlier epochs. Default 0. */
  readonly reductions?: number;
  readonly from: number;
  readonly to: number;
}

/** The number of the step, from 1, counted over the whole training. */
export function stepNumber(
  { batchSize, batchesPerEpoch }: Pick<UpdatePlan, "batchSize" | "batchesPerEpoch">,
  { epoch, from }: Pick<StepColumns, "epoch" | "from">,
): number {
  return (epoch - 1) * batchesPerEpoch + from / batchSize + 1;
}

/**
 * The update of the parameters in that step. Every thread computes the same one from the step's place alone.
 * @param divisor an additional divisor of the gradient, besides m, where it is clipped
 */
export function updateRule(plan: UpdatePlan, place: StepColumns, divisor = 1): UpdateRule {
  const { optimizer, learningRate, schedule, factors, decaySchedule = "constant", epochs, batchesPerEpoch } = plan;
  const step = stepNumber(plan, place);
  const steps = epochs * batchesPerEpoch;
  const rate = scheduledRate(schedule, learningRate, step, steps, place.reductions);
  const decayFactor = strengthAt(decaySchedule, step, steps);
  const { sparesBiases, updateOf } = OPTIMISERS[optimizer.name];
  const updateFor = (part: Part): Update =>
    updateOf(optimizer as Settings, {
      step,
      columns: (place.to - place.from) * divisor,
      learningRate: factors === undefined ? rate : rateOf(rate, factors, part),
      decayFactor,
      areBiases: part.areBiases,
    });
  const isByPart = sparesBiases || factors !== undefined;
  const updates: Update[] = [];
  return {
    isByPart,
    update(elements, kernels, part) {
      const index = isByPart ? 2 * part.layer + Number(part.areBiases) : 0;
      updates[index] ??= updateFor(part);
      return updates[index](elements, kernels);
    },
  };
}

/** The dropout masks of that step, by layer; the same on every thread. @returns undefined where nothing is dropped */
export function masksOf(
  plan: UpdatePlan,
  place: Pick<StepColumns, "epoch" | "from">,
  layers: readonly number[],
): DropoutMask[] | undefined {
  const { dropout, epochs, batchesPerEpoch } = plan;
  return dropout && dropoutMasks(dropout, stepNumber(plan, place), epochs * batchesPerEpoch, layers);
}

/** @throws InputError when the schedule is unknown, or the optimiser has no weight decay */
export function planDecaySchedule(
  schedule: StrengthSchedule | undefined,
  { name }: OptimizerSettings,
): StrengthSchedule | undefined {
  if (schedule === undefined) return undefined;
  requireChoice("decaySchedule", schedule, STRENGTH_SCHEDULES);
  if (OPTIMISERS[name].defaults.weightDecay === undefined) {
    throw new InputError({
      where: "options.decaySchedule",
      expected: `nothing: ${name} has no weight decay`,
      found: schedule,
      remedy: 'leave it out, or pass optimizer: { name: "adamw" }',
    });
  }
  return schedule === "constant" ? undefined : schedule;
}
